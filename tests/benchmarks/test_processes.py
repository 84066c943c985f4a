"""What processes of this machine take, as the scripts ask it."""

import os
import subprocess
import sys

import pytest

PROGRAM = "import time\nwhile time.process_time() < 0.5: pass\nprint('done', flush=True); input()"


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_a_process_below_is_found_with_its_words_memory_and_time(script):
    words = [sys.executable, "-c", PROGRAM]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(words, **pipes) as child, script.Watch(child.pid) as watch:
        child.stdout.readline()
        found = script.family(os.getpid())[child.pid]
        while not watch.cpu_s({}):
            pass
        child.communicate(b"\n")
    assert found.parent == os.getpid()
    assert found.words.startswith(sys.executable)
    assert found.cpu_s >= 0.4
    assert 1 < found.memory_mb < 1000
    assert watch.cpu_s({"time.process_time": "busy"}).keys() == {"busy"}
