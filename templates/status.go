package templates

// StatusPage is what operators see on the private listener: whether what was
// published last is live, and if not, why.
type StatusPage struct {
	Sheets  []string // style sheets
	Icon    string
	Program string
	Shown   Date   // when the page was made
	State   string // live, held, fault or empty
	Heading string
	Summary string
	Why     []string // fault, held
	Site    string   // public address
	Facts   []StatusFact

	Count    string // of findings
	Findings []Finding
	More     string // findings that are not shown
	HeldBack []string

	Stages     []StatusStage
	Total      string
	Outcomes   []StatusRow
	Caches     []StatusRow
	Deliveries []StatusRow
}

// StatusFact is a labelled value.
type StatusFact struct {
	Label, Value string
	Code         bool   // an identifier
	Long         bool   // one that takes a row for itself, and is cut off where that is too narrow
	Note         string // a time in words, a commit
}

// StatusStage is a stage of a publish. Share is out of 100.
type StatusStage struct{ Name, Took, Share string }

// StatusRow is an outcome or a delivery.
type StatusRow struct {
	When   Date
	State  string // good, bad or calm
	Result string
	ID     string // revision or commit
	Text   string
	Note   string
}
