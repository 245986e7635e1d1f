package finding

// A Rule is the stable id of a kind of finding, as printed in parentheses
// behind it.
type Rule string

// The rules. A comment says what the rule finds; Severity holds which of them
// keep a page from being made.
const (
	// FrontMatter: the block between the --- lines is missing, is not closed or is not YAML.
	FrontMatter Rule = "front-matter"
	// MissingKey: a key that must be there is absent or empty.
	MissingKey Rule = "missing-key"
	// MistypedKey: an unknown key that is at most two edits from a known, absent one.
	MistypedKey Rule = "mistyped-key"
	// UnknownKey: a key that Byline does not know.
	UnknownKey Rule = "unknown-key"
	// DuplicateKey: the same key twice in one mapping.
	DuplicateKey Rule = "duplicate-key"
	// WrongType: a value of another kind than the key takes.
	WrongType Rule = "wrong-type"
	// BadValue: a value of the right kind that cannot be used.
	BadValue Rule = "bad-value"
	// UnknownAuthor: an author id that site.yaml does not list.
	UnknownAuthor Rule = "unknown-author"
	// UnknownCategory: a category id that site.yaml does not list.
	UnknownCategory Rule = "unknown-category"
	// DuplicateSlug: two articles with one slug.
	DuplicateSlug Rule = "duplicate-slug"
	// ReservedSlug: a slug that is the address of something else.
	ReservedSlug Rule = "reserved-slug"
	// BadSlug: a slug or file name that does not follow the rule for slugs; the nearest slug that does is used.
	BadSlug Rule = "bad-slug"
	// OutsideTree: a path or symbolic link that leaves the content folder.
	OutsideTree Rule = "outside-tree"
	// NotText: a Markdown or YAML file that is not UTF-8 text.
	NotText Rule = "not-text"
	// LFSPointer: a Git LFS pointer where the file itself should be.
	LFSPointer Rule = "lfs-pointer"
	// BrokenLink: a link to an article, heading or file that is not there.
	BrokenLink Rule = "broken-link"
	// BrokenFragment: a link to a heading that the article does not have.
	BrokenFragment Rule = "broken-fragment"
	// MissingPicture: a picture that is not in the tree.
	MissingPicture Rule = "missing-picture"
	// BrokenPicture: a picture file that cannot be read as one.
	BrokenPicture Rule = "broken-picture"
	// RemotePicture: a picture from a host that site.yaml does not list; it is shown as a link.
	RemotePicture Rule = "remote-picture"
	// RemoteEmbed: a frame from a host that site.yaml does not list; it is shown as a link.
	RemoteEmbed Rule = "remote-embed"
	// MissingAlt: a picture without a text for those who do not see it.
	MissingAlt Rule = "missing-alt"
	// UnsafeHTML: raw HTML of which the sanitiser removed something, or that it closed.
	UnsafeHTML Rule = "unsafe-html"
	// UnclosedFence: a code block that runs to the end of the file.
	UnclosedFence Rule = "unclosed-fence"
	// SourceShown: math or a diagram, shown as its source.
	SourceShown Rule = "source-shown"
	// HeadingInBody: an h1 in the body; the title is the only h1.
	HeadingInBody Rule = "heading-1"
	// CaseConflict: names that differ only in case.
	CaseConflict Rule = "case-conflict"
	// BadAlias: an alias that is not a site-absolute path or hides a page.
	BadAlias Rule = "bad-alias"
	// UnknownRelated: a pinned slug that is no article.
	UnknownRelated Rule = "unknown-related"
	// NotSupported: a file that a later version of Byline will know.
	NotSupported Rule = "not-supported"
	// TooLarge: a file over the limit.
	TooLarge Rule = "too-large"
	// Unreadable: a file or folder that the server may not read.
	Unreadable Rule = "unreadable"
)

// Severity returns Error for the rules without which no page can be made
// truthfully, and Warning for all others.
func (r Rule) Severity() Severity {
	switch r {
	case FrontMatter, MissingKey, MistypedKey, DuplicateKey, WrongType, BadValue,
		UnknownAuthor, UnknownCategory, DuplicateSlug, ReservedSlug,
		OutsideTree, NotText, LFSPointer, TooLarge, Unreadable:
		return Error
	}
	return Warning
}
