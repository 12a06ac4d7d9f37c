// A new page that is being autosaved is not sent a second time.
//
// Wagtail saves a new page by itself while it is being typed. Whoever presses « Save draft » or
// « Publish » before that answer is there would create the page twice: the second is refused,
// because its address is taken by the first. So the press waits for the answer, then goes on.

const WAITS_AT_MOST = 15_000; // milliseconds: a network that is gone does not hold the press for ever

let awaited = null; // the form whose creation is under way
let going = null; // what goes on with the press, once answered

document.addEventListener('w-autosave:save', (event) => {
  if (event.defaultPrevented || !event.target.matches('form')) return;
  awaited = event.target;
});

const answered = () => {
  awaited = null;
  going?.();
};
document.addEventListener('w-autosave:success', answered);
document.addEventListener('w-autosave:error', answered);

// The page has an address of its own once it is created: from then on nothing can collide.
const creating = (form) => form === awaited && /\/add\//.test(form.action);

document.addEventListener(
  'submit',
  (event) => {
    const form = event.target;
    if (!creating(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (going) return; // pressed twice

    const { submitter } = event;
    const timeout = setTimeout(() => going(), WAITS_AT_MOST);
    going = () => {
      clearTimeout(timeout);
      awaited = going = null;
      if (submitter?.name) {
        // The button may have been disabled meanwhile, and would not be sent.
        const action = document.createElement('input');
        Object.assign(action, { type: 'hidden', name: submitter.name, value: submitter.value });
        form.append(action);
      }
      form.requestSubmit();
    };
  },
  { capture: true },
);
