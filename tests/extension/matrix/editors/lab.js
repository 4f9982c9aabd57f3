// What every editor's page has in common: a form that counts what nobody pressed, and a Post that its state lets out.
const post = document.querySelector("#post");

export const root = document.querySelector("#root");
export const lab = (window.lab = { submits: 0, keys: 0, presses: 0, state: () => "", box: null, can_post: () => !post.disabled });

addEventListener("submit", (event) => (event.preventDefault(), (lab.submits += 1)), true);
post.addEventListener("click", () => (lab.presses += 1));
for (const kind of ["keydown", "keypress", "keyup"]) {
  addEventListener(kind, (event) => event.isTrusted || (lab.keys += 1), true);
}

/** `state` answers what the editor itself holds; `box` what a person presses to write in it. */
export function ready(box, state) {
  lab.box = box;
  lab.state = state;
}

/** Called by the editor alone, when its own state changed. */
export function changed(text = lab.state()) {
  post.disabled = !text.trim();
}
