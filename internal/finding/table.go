package finding

import "slices"

// About is what is known of a rule before it finds anything.
type About struct {
	Rule     Rule
	Severity Severity
	Mends    bool   // byline check --fix mends it
	Help     string // one line
}

// table is the one list of the rules: what each asks for and how much it counts.
// An error is what keeps a page from being made truthfully, all else is a warning.
var table = []About{
	{FrontMatter, Error, false, "the file begins with keys and values in YAML between two lines ---"},
	{MissingKey, Error, false, "keys that must be there are: title and date in an article, title in site.yaml"},
	{MistypedKey, Error, true, "no key is a slip of one that is absent (auther for author)"},
	{UnknownKey, Warning, false, "every key is one that Byline knows"},
	{DuplicateKey, Error, false, "no key stands twice in one mapping"},
	{WrongType, Error, false, "a value is of the kind that its key takes"},
	{BadValue, Error, false, "a value can be used: a date is one, an address is one that pages may link to"},
	{UnknownAuthor, Error, false, "an author is an id under authors in site.yaml"},
	{UnknownCategory, Error, false, "a category is an id under categories in site.yaml"},
	{DuplicateSlug, Error, false, "no two articles have one address"},
	{DuplicateTitle, Warning, false, "no two articles have one title"},
	{ReservedSlug, Error, false, "no article takes the address of a list, a feed, a language or a year"},
	{BadSlug, Warning, true, "a name is lower-case letters and digits with single hyphens (--fix: in front matter)"},
	{LongSlug, Warning, false, "a slug has at most 60 characters"},
	{OutsideTree, Error, false, "no path or symbolic link leaves the content folder"},
	{NotText, Error, false, "Markdown and YAML are UTF-8 text"},
	{LFSPointer, Error, false, "a file is here itself, not its Git LFS pointer"},
	{TooLarge, Error, false, "an article has at most 8 MiB, any file 256 MiB"},
	{Unreadable, Error, false, "the server may read every file"},
	{BrokenLink, Warning, false, "a link within the site leads somewhere"},
	{BrokenFragment, Warning, false, "a link to a heading names one that is there"},
	{RedirectedLink, Warning, true, "a link names the address of today, not a former one"},
	{BadAlias, Warning, false, "an alias is a path of this site that nothing else has"},
	{BadRedirect, Warning, false, "a redirect is from a path of this site, once, and leads to a place that is there, not in a circle"},
	{IdleRedirect, Warning, false, "a redirect is from an address at which nothing else is"},
	{HiddenFile, Warning, false, "a file under root/ is at an address at which nothing else is"},
	{UnknownRelated, Warning, false, "related names the slugs of other articles"},
	{Orphan, Warning, false, "more than a later page of the list of all leads to an article: a link, a pin, a category or a tag"},
	{MissingPicture, Warning, false, "a picture is in the content folder"},
	{BrokenPicture, Warning, false, "a picture file can be read as one"},
	{RemotePicture, Warning, false, "a picture is here or on a host under pictures in site.yaml"},
	{RemoteEmbed, Warning, false, "a frame is from a host under embeds in site.yaml"},
	{HeavyPicture, Warning, false, "a picture has at most 1 MiB and 4,096 pixels a side"},
	{OversizedPicture, Warning, false, "a picture has at most 40 million pixels and takes at most 256 MiB to decode"},
	{CardFont, Warning, false, "a font under card.fonts in site.yaml is in the content folder and has outlines"},
	{CardTitle, Warning, false, "there is a font for the title of an article that has no picture to be shared with"},
	{MissingAlt, Warning, false, "a picture has a text for those who do not see it"},
	{HeadingInBody, Warning, false, "the title is the only h1"},
	{SkippedHeading, Warning, false, "a heading is at most one level below the one before it"},
	{RepeatedSubtitle, Warning, false, "the first heading does not say the subtitle again"},
	{MissingDescription, Warning, false, "there is a description, a subtitle or a first paragraph short enough to be one"},
	{LongDescription, Warning, false, "a description has at most 200 characters"},
	{NoWords, Warning, false, "the pages' own words are there in the language of the site"},
	{FutureUpdate, Warning, false, "updated is not in the future"},
	{SecurityExpires, Warning, false, "security.expires in site.yaml is to come, within a year"},
	{UnsafeHTML, Warning, false, "raw HTML has only what pages may show, and closes what it opens"},
	{UnclosedFence, Warning, false, "a code block is closed"},
	{SourceShown, Warning, false, "math and diagrams are pictures, not their source"},
	{ForeignSyntax, Warning, false, "no template tag or shortcode of another system is left in the text"},
	{SuspiciousQuotes, Warning, false, "quotes and accents are the signs that were meant"},
	{MixedLineEnds, Warning, true, "all lines of a file end alike"},
	{ByteOrderMark, Warning, true, "no byte order mark stands before the text"},
	{Secret, Warning, false, "no private key or access token is published"},
	{CaseConflict, Warning, false, "no two names differ only in case"},
	{NotSupported, Warning, false, "every file is of a kind that this version serves"},
}

// Rules lists what is known of every rule.
func Rules() []About { return slices.Clone(table) }

// Severity is the one that the table gives the rule.
func (r Rule) Severity() Severity {
	for i := range table {
		if table[i].Rule == r {
			return table[i].Severity
		}
	}
	return Warning
}
