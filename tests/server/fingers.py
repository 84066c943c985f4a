"""Fingers on a touch screen, however slow the machine is that moves them."""

PATIENT = """{
  const later = window.setTimeout;
  window.heldFor = 1e6;
  window.setTimeout = (run, ms, ...more) =>
    later(run, ms === 500 ? window.heldFor : ms, ...more);
}"""
"""A long press begins when `Fingers.hold` says so, and not when the machine takes its time."""

LIFTED = """() => {
  const once = { once: true, capture: true };
  window.lifted = new Promise((told) => {
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => told(), once);
  });
}"""


class Fingers:
    """Touches as the browser gets them from a screen; places are pixels of the page."""

    def __init__(self, page):
        self._page = page
        self._wire = page.context.new_cdp_session(page)

    def put(self, kind, *places):
        points = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(places)]
        if kind == "touchEnd":
            self._page.evaluate(LIFTED)
        self._wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        if kind == "touchEnd":
            self._page.evaluate("window.lifted")

    def tap(self, place):
        self.put("touchStart", place)
        self.put("touchEnd")

    def hold(self, place, begun):
        """Stay at a place until something is told, in JavaScript, to have begun."""
        self._page.evaluate("window.heldFor = 50")
        self.put("touchStart", place)
        self._page.wait_for_function(begun)
        self._page.evaluate("window.heldFor = 1e6")

    def drag(self, start, end, steps=4):
        self.put("touchStart", start)
        for i in range(1, steps + 1):
            share = i / steps
            self.put(
                "touchMove", tuple(a + share * (b - a) for a, b in zip(start, end, strict=True))
            )
        self.put("touchEnd")
