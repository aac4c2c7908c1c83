/**
 * Does something once no pointer is pressed. A field is left when a button is pressed, and a message
 * that moves the button from under the pointer would swallow the click.
 */
export function afterPress(document: Document): (act: () => void) => void {
  const waiting: (() => void)[] = [];
  let isPressed = false;
  document.addEventListener("pointerdown", () => {
    isPressed = true;
  });
  const release = () => {
    isPressed = false;
    // Behind the click that this release makes.
    setTimeout(() => {
      for (const act of waiting.splice(0)) act();
    });
  };
  document.addEventListener("pointerup", release);
  document.addEventListener("pointercancel", release);
  return (act) => {
    if (isPressed) waiting.push(act);
    else act();
  };
}
