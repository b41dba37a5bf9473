"use strict";
(() => {
  const trace = JSON.parse(document.getElementById("trace").textContent);

  const short = (text, most) => (text.length <= most ? text : text.slice(0, most - 1) + "\u2026");
  const verbOf = (route) => (route.kind === "http" ? route.methods.join(",") || "ANY" : route.kind.toUpperCase());
  const wordsOf = (route) =>
    [verbOf(route), route.path, route.endpoint, ...route.calls.map((call) => call.name), route.reachable ? "" : "never reached"]
      .join(" ")
      .toLowerCase();

  for (const section of document.querySelectorAll("section.app")) {
    const routes = trace.apps[Number(section.dataset.app)].routes;
    const links = [...section.querySelectorAll(".routes a")];
    const stories = [...section.querySelectorAll(".story")];
    const words = routes.map(wordsOf);
    const search = section.querySelector("input[type=search]");
    const status = section.querySelector("[role=status]");
    const centre = section.querySelector(".centre");
    if (!links.length) {
      continue;
    }

    const show = (index) => {
      links.forEach((link, at) => {
        if (at === index) {
          link.setAttribute("aria-current", "true");
        } else {
          link.removeAttribute("aria-current");
        }
      });
      stories.forEach((story, at) => {
        story.hidden = at !== index;
      });
      const route = routes[index];
      centre.querySelector(".verb").textContent = verbOf(route);
      centre.querySelector(".what").textContent = short(route.path || "", 22);
      centre.querySelector(".who").textContent = short(route.endpoint.split(":").pop().split(".").pop(), 22);
    };

    const wanted = () => links.findIndex((link) => link.hash === location.hash);
    const visible = () => links.filter((link) => !link.parentElement.hidden);

    const filter = () => {
      const asked = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      links.forEach((link, at) => {
        const matches = asked.every((word) => words[at].includes(word));
        link.parentElement.hidden = !matches;
        count += matches ? 1 : 0;
      });
      status.textContent = asked.length ? count + " of " + links.length + " routes" : "";
    };

    search.closest(".search").hidden = false;
    search.addEventListener("input", filter);
    search.addEventListener("keydown", (event) => {
      const shown = visible();
      if (event.key === "ArrowDown" && shown.length) {
        event.preventDefault();
        shown[0].focus();
      } else if (event.key === "Enter" && shown.length) {
        event.preventDefault();
        shown[0].click();
        shown[0].focus();
      } else if (event.key === "Escape") {
        search.value = "";
        filter();
      }
    });
    section.querySelector(".routes").addEventListener("keydown", (event) => {
      const shown = visible();
      const at = shown.indexOf(document.activeElement);
      const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: shown.length - 1 }[event.key];
      if (next === undefined || at < 0) {
        return;
      }
      event.preventDefault();
      if (next < 0) {
        search.focus();
      } else {
        shown[Math.min(next, shown.length - 1)].focus();
      }
    });
    links.forEach((link, at) => {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        history.replaceState(null, "", link.hash);
        show(at);
        status.textContent = "Showing " + verbOf(routes[at]) + " " + (routes[at].path || "");
      });
    });
    window.addEventListener("hashchange", () => {
      if (wanted() >= 0) {
        show(wanted());
      }
    });
    show(Math.max(0, wanted()));
  }
})();
