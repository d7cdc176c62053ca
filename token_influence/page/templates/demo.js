// The demo's form: asks this page's own host, which answers with a fragment of escaped markup.
const form = document.getElementById("question");
const state = document.getElementById("status");
const result = document.getElementById("result");
const examples = JSON.parse(form.dataset.examples);
const FIELDS = ["text", "target", "other", "before", "system", "answer"];

form.elements.example?.addEventListener("change", (event) => {
  const example = examples[event.target.value];
  if (!example) return;
  for (const name of FIELDS) form.elements[name].value = example[name];
  form.elements.chat.checked = example.chat;
  form.querySelector("details").open = example.chat;
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  const question = Object.fromEntries([...FIELDS, "model"].map((name) => [name, form.elements[name].value]));
  question.chat = form.elements.chat.checked;
  question.methods = [...form.querySelectorAll("[name=methods]:checked")].map((box) => box.value);
  button.disabled = true;
  state.textContent = "The model is computing …";
  try {
    const answer = await fetch("/explain", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(question),
    });
    if (answer.ok) {
      result.innerHTML = await answer.text(); // escaped on the server
      activate(result.firstElementChild);
      state.textContent = "";
    } else {
      state.textContent = (await answer.json()).error;
    }
  } catch {
    state.textContent = "The page's program does not answer any more.";
  } finally {
    button.disabled = false;
  }
});
