// Package browser holds the promises that only a browser can keep: it runs the
// shipped site, through the real publisher and the real server, in Chromium.
//
//	articles/ ─► publish ─► server on loopback ─► Chromium ─► the tests here
//
// It has no code of its own. What the tests ask of a page stands in
// testdata/page, one function a file; axe-core, which judges accessibility, in
// testdata/axe with its licences. The browser reaches nothing but loopback.
//
// The tests need Debian's Chromium and take a minute, so they run only where
// BYLINE_BROWSER=1 is set, as .ci/run does:
//
//	BYLINE_BROWSER=1 go test ./internal/browser
//	BYLINE_BROWSER=1 go test ./internal/browser -run TestInBrowser/keyboard -v
package browser
