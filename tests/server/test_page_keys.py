"""Keys on the page, in a real Chromium: other layouts, the box, the button that is held."""

import pytest

pytestmark = pytest.mark.browser

PRESS = """([key, code, more]) => {
  const kind = { key, code, bubbles: true, cancelable: true, ...more };
  document.body.dispatchEvent(new KeyboardEvent("keydown", kind));
  document.body.dispatchEvent(new KeyboardEvent("keyup", kind));
}"""


def press(person, key, code, **more):
    """A key as a layout of another country gives it."""
    person.page.evaluate(PRESS, [key, code, more])
    person.settle()


@pytest.mark.parametrize(
    ("key", "code"),
    [("я", "KeyZ"), ("z", "KeyY"), ("z", "KeyW")],
    ids=["Russian", "German", "French"],
)
def test_control_and_the_key_that_writes_z_undo_on_every_layout(editing, key, code):
    editing.click(100, 80)
    press(editing, key, code, ctrlKey=True)
    assert editing.marks() == []
    press(editing, key.upper(), code, ctrlKey=True, shiftKey=True)
    assert len(editing.marks()) == 1


def test_brackets_and_digits_are_found_by_their_place_where_a_layout_has_none(editing):
    editing.hover(100, 80)
    press(editing, "ъ", "BracketRight")
    first = editing.page.inner_text("#size-value")
    press(editing, "+", "BracketRight")  # German: it zooms, as the sign says
    press(editing, "ü", "BracketLeft")
    assert first.endswith("px")
    assert editing.page.inner_text("#size-value") != first
    press(editing, "é", "Digit2")  # French
    assert editing.page.get_attribute("#tool-background", "aria-pressed") == "true"


def test_a_sign_behind_alt_gr_is_no_command(editing):
    editing.hover(100, 80)
    press(editing, "[", "Digit8", ctrlKey=True, altKey=True, modifierAltGraph=True)
    assert editing.page.inner_text("#size-value").endswith("px")


def test_with_the_box_enter_sets_its_corners(editing):
    editing.press("b")
    editing.page.focus("#canvas")
    editing.press("ArrowRight")
    editing.press("Enter")
    for _ in range(3):
        editing.press("Shift+ArrowRight")
        editing.press("Shift+ArrowDown")
    assert editing.state()["feedback"] == []
    editing.press("Enter")
    (box,) = editing.state()["feedback"]
    assert box["type"] == "box"
    assert box["x1"] - box["x0"] > 10
    assert box["y1"] - box["y0"] > 10


def test_the_button_to_compare_works_while_a_key_is_held_on_it(editing):
    editing.click(100, 80)
    editing.page.focus("#compare")
    editing.page.keyboard.down("Space")
    editing.page.wait_for_function(
        "() => document.querySelector('#hint').innerText.includes('before')"
    )
    editing.page.keyboard.up("Space")
    editing.page.wait_for_function(
        "() => !document.querySelector('#hint').innerText.includes('before')"
    )


def test_what_is_written_into_a_field_is_no_command(editing):
    editing.click(100, 80)
    editing.page.evaluate("document.body.append(document.createElement('textarea'))")
    editing.page.focus("textarea")
    editing.press("Delete")
    editing.press("Control+z")
    assert len(editing.marks()) == 1


def test_a_key_is_changed_in_the_list_and_stays_changed(editing):
    editing.press("?")
    editing.page.click("#shortcuts button:has-text('Show or hide the prediction')")
    editing.page.keyboard.press("j")
    editing.close_dialog()
    editing.press("o")
    assert editing.page.get_attribute("#peek", "aria-pressed") == "true"
    editing.page.reload()
    editing.page.wait_for_selector("body[data-phase=editing]")
    editing.settle()
    editing.press("j")
    assert editing.page.get_attribute("#peek", "aria-pressed") == "false"


def test_the_keys_of_another_tool_are_taken_and_given_back(editing):
    editing.press("?")
    editing.page.select_option("#preset", "cvat")
    editing.close_dialog()
    editing.press("h")
    assert editing.page.get_attribute("#peek", "aria-pressed") == "false"
    editing.press("?")
    editing.page.select_option("#preset", "clickmend")
    editing.close_dialog()
    editing.press("o")
    assert editing.page.get_attribute("#peek", "aria-pressed") == "true"


def test_a_key_counts_at_once_when_a_dialog_is_closed(editing):
    """The field that was written in keeps the focus until the next frame."""
    editing.press("?")
    editing.page.focus("#preset")
    editing.page.evaluate(
        """() => {
            document.querySelector("dialog[open]").close();
            const key = new KeyboardEvent("keydown", { key: "o", code: "KeyO", bubbles: true });
            document.getElementById("preset").dispatchEvent(key);
        }"""
    )
    editing.settle()
    assert editing.page.get_attribute("#peek", "aria-pressed") == "false"


LISTED = """async (preset) => {
  const { bindings, shortcuts } = await import("/js/shortcuts.js");
  const { initialState } = await import("/js/store.js");
  const { TASKS } = await import("/js/tasks/index.js");
  bindings.take(preset);
  const classes = ["cat", "dog"];
  const palette = classes.map((name) => ({ name, colour: null, key: null }));
  return Object.keys(TASKS).map((task) => {
    const size = [9, 9];
    const session = { id: "1", task, size, feedback: [], objects: [], classes, palette };
    const subjects = shortcuts({ ...initialState(), task, session, project: { id: 1 } });
    return [task, Object.values(subjects).flat().map(({ id, keys = [] }) => [id ?? "", keys])];
  });
}"""
PRESETS = ("clickmend", "cvat", "labelme", "eiseg")


@pytest.mark.parametrize("preset", PRESETS)
def test_no_key_does_two_things_and_nothing_loses_its_last_key(person, preset):
    for task, listed in person.page.evaluate(LISTED, preset):
        keys = [key.lower() for _, keys in listed for key in keys]
        assert (task, sorted(keys)) == (task, sorted(set(keys)))
        assert [(task, name) for name, keys in listed if name and not keys] == []


@pytest.mark.parametrize(
    ("key", "code", "tool"),
    [
        ("q", "KeyA", "erase"),
        ("é", "Digit2", "background"),
        ("a", "KeyQ", "object"),
        ("p", "KeyR", "paint"),
        ("b", "KeyN", "box"),
        ("r", "KeyO", "object"),
        ("u", "KeyU", "outline"),
    ],
    ids=["French q", "French 2", "French a", "Dvorak p", "Dvorak b", "Dvorak r", "German u"],
)
def test_a_letter_is_the_one_that_its_layout_writes(editing, key, code, tool):
    press(editing, key, code)
    chosen = [
        one.get_attribute("id") for one in editing.page.locator("#tools [aria-pressed=true]").all()
    ]
    assert chosen == [f"tool-{tool}"]


@pytest.mark.parametrize(
    ("key", "code"),
    [("-", "Slash"), ("-", "Digit6"), ("-", "Quote"), ("-", "NumpadSubtract")],
    ids=["German", "French", "Dvorak", "keypad"],
)
def test_the_minus_of_every_layout_zooms_out(editing, key, code):
    before = editing.page.inner_text("#zoom-level")
    press(editing, key, code)
    editing.page.wait_for_function(
        "before => document.querySelector('#zoom-level').textContent !== before", arg=before
    )


def test_a_key_that_was_chosen_counts_before_that_of_a_tool_and_titles_name_it(editing):
    page = editing.page
    page.hover("#peek")
    assert page.get_attribute("#peek", "title") == "Show or hide the prediction (O)"
    editing.press("?")
    page.click("#shortcuts [data-id=peek]")
    page.keyboard.press("Enter")  # the marker needs it
    assert page.inner_text("#shortcuts [data-id=peek] kbd") == "O"
    page.click("#shortcuts [data-id=peek]")
    page.keyboard.press("u")
    assert page.inner_text("#shortcuts [data-id='interactive outline'] kbd") == "none"
    editing.close_dialog()
    editing.press("u")
    assert page.get_attribute("#peek", "aria-pressed") == "false"
    page.hover("#tool-outline")
    assert page.get_attribute("#tool-outline", "title") == "Paint what corners enclose"
    page.hover("#peek")
    assert page.get_attribute("#peek", "title") == "Show or hide the prediction (U)"


def test_the_keys_of_eiseg_go_back_a_photo_and_keep_the_slider(editing):
    editing.press("?")
    editing.page.select_option("#preset", "eiseg")
    editing.close_dialog()
    editing.click(100, 80)
    editing.press("s")
    assert editing.page.is_hidden("#split-at")
    editing.press("Shift+S")
    assert editing.page.is_visible("#split-at")
