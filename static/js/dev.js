// Under --dev: loads the page again when the content has changed.
(function () {
  var seen;
  new EventSource("/-/dev/changes").onmessage = function (event) {
    if (seen && seen !== event.data) location.reload();
    seen = event.data;
  };
})();
