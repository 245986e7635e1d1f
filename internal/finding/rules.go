package finding

// A Rule is the stable id of a kind of finding, as printed in parentheses
// behind it.
type Rule string

// The rules. A comment says what the rule finds; the table (table.go) holds which
// of them keep a page from being made.
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
	// BadRedirect: a redirect that cannot be used: it is not from a path of this site, leads nowhere that it could, or in a circle.
	BadRedirect Rule = "bad-redirect"
	// IdleRedirect: a redirect that never applies, because something is at its address.
	IdleRedirect Rule = "idle-redirect"
	// HiddenFile: a file under root/ at whose address something else is.
	HiddenFile Rule = "hidden-file"
	// UnknownRelated: a pinned slug that is no article.
	UnknownRelated Rule = "unknown-related"
	// NotSupported: a file that a later version of Byline will know.
	NotSupported Rule = "not-supported"
	// TooLarge: a file over the limit.
	TooLarge Rule = "too-large"
	// Unreadable: a file or folder that the server may not read.
	Unreadable Rule = "unreadable"
	// DuplicateTitle: two articles with one title.
	DuplicateTitle Rule = "duplicate-title"
	// RedirectedLink: a link that only works through a former address.
	RedirectedLink Rule = "redirected-link"
	// SkippedHeading: a heading more than one level below the one before it.
	SkippedHeading Rule = "skipped-heading"
	// RepeatedSubtitle: a subtitle that the first heading of the text says again.
	RepeatedSubtitle Rule = "repeated-subtitle"
	// MissingDescription: neither a description nor a subtitle, and no first paragraph that could stand in whole.
	MissingDescription Rule = "missing-description"
	// LongDescription: a description of which search engines show only the beginning.
	LongDescription Rule = "long-description"
	// LongSlug: a slug that is cut off wherever addresses are shown.
	LongSlug Rule = "long-slug"
	// Orphan: an article to which only the list of all leads.
	Orphan Rule = "orphan"
	// ForeignSyntax: a template tag, shortcode or directive of another system, which readers see as it is.
	ForeignSyntax Rule = "foreign-syntax"
	// SuspiciousQuotes: quotes and other signs that came out wrong: broken encodings, entities shown as such, stray backticks, quotes closed twice.
	SuspiciousQuotes Rule = "suspicious-quotes"
	// MixedLineEnds: line ends of more than one kind in a file.
	MixedLineEnds Rule = "mixed-line-ends"
	// ByteOrderMark: an invisible mark before the first character.
	ByteOrderMark Rule = "byte-order-mark"
	// NoWords: a language in which the pages' own words are not there.
	NoWords Rule = "no-words"
	// FutureUpdate: an "updated" that is still to come.
	FutureUpdate Rule = "future-update"
	// HeavyPicture: a picture of more bytes or pixels than a page can use.
	HeavyPicture Rule = "heavy-picture"
	// SecurityExpires: a date in site.yaml until which security.txt is to be trusted that is over, or too far away.
	SecurityExpires Rule = "security-expires"
	// OversizedPicture: a picture that is too large to make smaller forms of.
	OversizedPicture Rule = "oversized-picture"
	// CardFont: a font for cards that is not there or cannot be read as one.
	CardFont Rule = "card-font"
	// CardTitle: a title that no font can write on the card of its article.
	CardTitle Rule = "card-title"
	// Secret: what looks like a key or token that opens something.
	Secret Rule = "secret"
)
