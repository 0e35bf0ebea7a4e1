/* Runs the whole page again when the sheet asks for it: after the server was started anew it knows no fragment of the page,
   and passes over whatever is asked of one. */
export default function ({ parentElement, setTriggerValue }) {
  parentElement.renewing?.abort();
  parentElement.renewing = new AbortController();
  const { signal } = parentElement.renewing;
  document.addEventListener("shelflens-renew", () => setTriggerValue("renew", Date.now()), { signal });
  return () => parentElement.renewing?.abort();
}
