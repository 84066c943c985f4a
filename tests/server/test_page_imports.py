"""The modules of the page, as they import each other."""

import re
from graphlib import TopologicalSorter

from clickmend.server.page import WEB

JS = WEB / "js"
IMPORT = re.compile(
    r"""^(?:import|export)\b[^;"']*?from\s+"(\.[^"]+)"|^import\s+"(\.[^"]+)";""", re.MULTILINE
)


def test_no_module_of_the_page_imports_itself_through_others():
    imported = {
        module: {
            (module.parent / (by_name or bare)).resolve()
            for by_name, bare in IMPORT.findall(module.read_text())
        }
        for module in map(type(JS).resolve, JS.rglob("*.js"))
    }
    assert (JS / "store.js").resolve() in imported[(JS / "main.js").resolve()]
    TopologicalSorter(imported).prepare()  # names the circle, where there is one
