(function () {
  "use strict";
  var words = JSON.parse(document.getElementById("words").textContent);
  function depth(scope, level) {
    scope.querySelectorAll("details.group").forEach(function (d) { d.open = level > 0; });
    scope.querySelectorAll("details.detail, details.evidence").forEach(function (d) { d.open = level > 1; });
  }
  document.querySelectorAll(".bar").forEach(function (bar) {
    var box = document.createElement("div"), scope = bar.parentElement;
    box.className = "switch";
    words.depths.forEach(function (word, k) {
      var button = document.createElement("button");
      button.type = "button"; button.textContent = word;
      button.setAttribute("aria-pressed", k === 1 ? "true" : "false");
      button.addEventListener("click", function () {
        box.querySelectorAll("button").forEach(function (b) { b.setAttribute("aria-pressed", "false"); });
        button.setAttribute("aria-pressed", "true");
        depth(scope, k);
      });
      box.appendChild(button);
    });
    bar.appendChild(box);
  });
  document.querySelectorAll("details.tex pre, .program pre").forEach(function (pre) {
    if (!navigator.clipboard) { return; }
    var button = document.createElement("button");
    button.type = "button"; button.className = "copy"; button.textContent = words.copy;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(pre.textContent).then(function () {
        button.textContent = words.copied;
        setTimeout(function () { button.textContent = words.copy; }, 1500);
      });
    });
    pre.after(button);
  });
  document.querySelectorAll("main .math").forEach(function (math) {
    if (!navigator.clipboard) { return; }
    math.title = "LaTeX : " + words.copy;
    math.addEventListener("click", function () {
      navigator.clipboard.writeText(math.getAttribute("aria-label")).then(function () {
        math.classList.add("copied"); math.title = "LaTeX : " + words.copied;
        setTimeout(function () { math.classList.remove("copied"); math.title = "LaTeX : " + words.copy; }, 1500);
      });
    });
  });
  function show() {
    var node = document.getElementById(location.hash.slice(1));
    for (; node; node = node.parentElement) { if (node.tagName === "DETAILS") { node.open = true; } }
  }
  addEventListener("hashchange", show); show();
  addEventListener("beforeprint", function () { document.querySelectorAll("details").forEach(function (d) { d.open = true; }); });
  document.querySelectorAll(".phone-bar a").forEach(function (a) {
    a.addEventListener("click", function () { a.closest("details").open = false; });
  });
  if ("IntersectionObserver" in window) {
    var links = {};
    document.querySelectorAll("nav.side ol ol a").forEach(function (a) { links[a.getAttribute("href").slice(1)] = a; });
    var watcher = new IntersectionObserver(function (entries) {
      entries.forEach(function (e) {
        if (e.isIntersecting && links[e.target.id]) {
          Object.values(links).forEach(function (a) { a.classList.remove("here"); });
          links[e.target.id].classList.add("here");
        }
      });
    }, { rootMargin: "-10% 0px -70% 0px" });
    document.querySelectorAll("section[id]").forEach(function (s) { watcher.observe(s); });
  }
})();
