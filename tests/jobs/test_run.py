"""A job, whatever becomes of it: every item done once, and the same results in the end."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from made_work import Squares, Unstartable, items_of, main

from clickmend.core.addresses import Address, place_at
from clickmend.core.errors import ImageError, JobError, OptionError, OutputError
from clickmend.core.files import remove_folder, write_atomically
from clickmend.jobs import ENGINES, Item, run_job, summary, worker
from clickmend.jobs.kept import AttemptHere
from clickmend.jobs.locks import alone
from clickmend.jobs.worker import Worker


@pytest.fixture
def diary(tmp_path):
    """What was done, each time that it was."""

    def read():
        file = tmp_path / "diary"
        return file.read_text().split() if file.exists() else []

    return read


@pytest.fixture
def run(tmp_path, photos):
    """Runs a job over the photos; what ran, and item names with their lines."""

    def call(*, engine="serial", jobs=1, fresh=False, retries=1, asked=None, photos=photos, **work):
        squares = Squares(str(tmp_path / "diary"), **work)
        items = items_of(photos, tmp_path / "out", **(asked or {}))
        lines = {}
        ran = run_job(
            iter(items),
            squares,
            tmp_path / "kept",
            engine=ENGINES[engine](jobs=jobs),
            retries=retries,
            fresh=fresh,
            each=lambda item, line: lines.update({item.name: line}),
        )
        return ran, lines

    return call


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize(("engine", "jobs"), [("serial", 1), ("pool", 1), ("pool", 3)])
def test_every_item_is_done_once_and_again_nothing_is(engine, jobs, run, diary, tmp_path):
    ran, lines = run(engine=engine, jobs=jobs)
    assert (ran.items, ran.new, ran.kept, ran.failed) == (12, 12, 0, 0)
    assert ran.peak_mb > 1
    assert [line["record"]["number"] for line in lines.values()] == [n**2 for n in range(12)]
    assert list(lines) == sorted(lines)
    ran, again = run(engine=engine, jobs=jobs)
    assert (ran.new, ran.kept, again) == (0, 12, lines)
    assert sorted(diary()) == list(lines)
    assert (tmp_path / "out" / "11.txt").read_text() == "121"


def test_what_changed_is_done_again_and_nothing_else(run, diary, photos, tmp_path):
    run()
    (photos / "03.jpg").write_text("30")
    (tmp_path / "out" / "04.txt").write_text("somebody else's")
    (tmp_path / "out" / "05.txt").unlink()
    _, lines = run()
    assert diary()[12:] == ["03.jpg", "04.jpg", "05.jpg"]
    assert lines["03.jpg"]["record"] == {"number": 900}
    assert (tmp_path / "out" / "04.txt").read_text() == "16"


def test_a_file_of_another_content_is_noticed_though_its_size_and_date_are_kept(run, diary, photos):
    run()
    date = (photos / "03.jpg").stat().st_mtime_ns
    (photos / "03.jpg").write_text("7")
    os.utime(photos / "03.jpg", ns=(date, date))
    _, lines = run()
    assert diary()[12:] == ["03.jpg"]
    assert lines["03.jpg"]["record"] == {"number": 49}


def test_files_that_were_moved_or_touched_are_not_done_again(run, diary, photos, tmp_path):
    run()
    shutil.copytree(photos, tmp_path / "copy")
    shutil.rmtree(photos)
    shutil.move(tmp_path / "copy", photos)
    (tmp_path / "out" / "01.txt").touch()
    ran, _ = run()
    assert (ran.kept, len(diary())) == (12, 12)


def elsewhere(photos, folder, **others):
    """The photos in another folder, some of them others; ``None`` takes one away."""
    shutil.copytree(photos, folder)
    for name, content in others.items():
        file = folder / f"{name.removeprefix('n')}.jpg"
        file.unlink(missing_ok=True)
        if content is not None:
            file.write_text(content)
    return folder


def test_the_same_photos_in_another_folder_and_more_of_them_are_gone_on_with(
    run, diary, photos, tmp_path
):
    run()
    moved = elsewhere(photos, tmp_path / "moved", n00=None, n06b="5")
    ran, _ = run(photos=moved)
    assert (ran.kept, ran.new, diary()[12:]) == (11, 1, ["06b.jpg"])
    (moved / "03.jpg").write_text("7")
    assert run(photos=moved)[0].new == 1


@pytest.mark.parametrize("size", [1, 100])
@pytest.mark.parametrize(
    ("others", "how"),
    [
        ({"n05": "50"}, r"where .*other/05\.jpg is another file than before"),
        ({"n00": None, "n11": "50"}, r"where .*other/11\.jpg is another file than before"),
        (
            {f"n{n:02}": None for n in range(12)} | {"n20": "2"},
            "with none of the files of before",
        ),
    ],
)
def test_other_photos_of_the_same_names_are_refused_and_no_result_is_written_over(
    size, others, how, run, diary, photos, tmp_path, monkeypatch
):
    monkeypatch.setattr("clickmend.jobs.run.shard_size", lambda _: size)
    run()
    before = contents(tmp_path / "out")
    other = elsewhere(photos, tmp_path / "other", **others)
    for _ in range(2):
        with pytest.raises(OptionError, match=f"{photos}, and now {other} is asked for, {how}"):
            run(photos=other)
    assert (len(diary()), contents(tmp_path / "out")) == (12, before)
    assert run()[0].kept == 12
    assert run(photos=other, fresh=True)[0].new == len(list(other.iterdir()))


def test_where_nothing_is_done_yet_photos_may_come_from_anywhere(run, photos, tmp_path):
    other = elsewhere(photos, tmp_path / "other", n05="50")
    for photo in photos.iterdir():
        photo.write_text("bad")
    assert run()[0].failed == 12
    assert run(photos=other)[0].new == 12


def test_photos_that_are_added_are_done_and_those_taken_away_are_not_told(run, diary, photos):
    run()
    (photos / "00.jpg").unlink()
    (photos / "06b.jpg").write_text("5")
    _, lines = run()
    assert diary()[12:] == ["06b.jpg"]
    assert "00.jpg" not in lines


def test_an_item_that_is_asked_for_otherwise_is_done_again(run, diary):
    run()
    _, lines = run(asked={"plus": 1})
    assert len(diary()) == 24
    assert lines["02.jpg"]["record"] == {"number": 5}


def test_other_options_need_a_fresh_start(run, diary):
    run()
    with pytest.raises(OptionError, match="holds runs with power = 2, and now power = 3 is asked"):
        run(power=3)
    _, lines = run(power=3, fresh=True)
    assert lines["02.jpg"]["record"] == {"number": 8}


@pytest.mark.parametrize(("engine", "jobs"), [("serial", 1), ("pool", 2)])
def test_what_fails_is_tried_again_and_then_told_with_its_reason(engine, jobs, run, photos, diary):
    (photos / "03.jpg").write_text("bad")
    (photos / "04.jpg").write_text("odd")
    ran, lines = run(engine=engine, jobs=jobs)
    assert (ran.new, ran.failed) == (10, 2)
    assert lines["03.jpg"]["failed"] == "03.jpg is bad. Very bad."
    assert lines["04.jpg"]["failed"] == "ZeroDivisionError: by nought"
    (photos / "03.jpg").write_text("3")
    ran, lines = run(engine=engine, jobs=jobs)
    assert (ran.new, ran.kept, ran.failed) == (1, 10, 1)
    assert len(diary()) == 11


def test_what_fails_once_is_done_in_the_second_try(run, monkeypatch):
    do, tries = Squares.do, Counter()

    def shaky(work, item):
        tries[item.name] += 1
        if tries[item.name] == 1:
            raise ImageError("not now")
        return do(work, item)

    monkeypatch.setattr(Squares, "do", shaky)
    assert run(retries=0)[0].failed == 12
    tries.clear()
    assert run(retries=1)[0].failed == 0


def test_a_photo_that_changes_under_work_is_never_taken_for_the_old_one(run, photos, monkeypatch):
    do = Squares.do

    def changing(work, item):
        result = do(work, item)
        if item.name == "02.jpg":
            (photos / "02.jpg").write_text("other")
        return result

    monkeypatch.setattr(Squares, "do", changing)
    _, lines = run(retries=0)
    assert "02.jpg was changed while it was worked on" in lines["02.jpg"]["failed"]


@pytest.mark.parametrize(("engine", "jobs"), [("serial", 1), ("pool", 2)])
def test_an_unexpected_error_of_all_items_ends_the_run(engine, jobs, run, photos, tmp_path):
    for photo in photos.iterdir():
        photo.write_text("odd")
    with pytest.raises(ZeroDivisionError, match="by nought"):
        run(engine=engine, jobs=jobs)
    for number in range(100, 160):
        (photos / f"{number}.jpg").write_text("odd")
    begun = len(list((tmp_path / "kept" / "shards").rglob("*.jsonl")))
    with pytest.raises(ZeroDivisionError, match="by nought"):
        run(engine=engine, jobs=jobs)
    assert len(list((tmp_path / "kept" / "shards").rglob("*.jsonl"))) < begun + 50


@pytest.mark.parametrize("together", [1, 4])
def test_an_item_that_ends_its_workers_is_left_out_and_the_others_are_done(together, run, photos):
    (photos / "05.jpg").write_text("killer")
    ran, lines = run(engine="pool", jobs=2, together=together)
    assert (ran.new, ran.failed) == (11, 1)
    assert "3 workers ended while they were at it" in lines["05.jpg"]["failed"]


@pytest.mark.parametrize(
    ("power", "error", "reason"),
    [
        (0, JobError, "5 workers ended one after another .* killed by SIGKILL"),
        (1, ImageError, "no weights"),
    ],
)
def test_workers_that_cannot_start_end_the_run(power, error, reason, photos, tmp_path):
    work = Unstartable(str(tmp_path / "diary"), power=power)
    items = items_of(photos, tmp_path / "out")
    with pytest.raises(error, match=reason):
        run_job(items, work, tmp_path / "kept", engine=ENGINES["pool"](jobs=1))


@pytest.mark.parametrize(("engine", "jobs"), [("serial", 1), ("pool", 2)])
def test_items_of_one_worker_are_done_at_the_same_time_and_told_in_order(
    engine, jobs, run, diary, monkeypatch
):
    monkeypatch.setattr("clickmend.jobs.run.shard_size", lambda _: 100)
    ran, lines = run(engine=engine, jobs=jobs, together=4, meets=True)
    assert (ran.new, ran.failed) == (12, 0)
    assert list(lines) == sorted(diary()) == sorted(lines)
    assert run(engine=engine, jobs=jobs)[1] == lines
    assert len(diary()) == 12


def test_an_interrupted_worker_of_several_items_comes_to_the_end_of_those_under_way(
    run, diary, monkeypatch
):
    monkeypatch.setattr("clickmend.jobs.run.shard_size", lambda _: 100)

    def ends(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Worker, "_step", ends)
        with pytest.raises(KeyboardInterrupt):
            run(together=3, meets=True)
    assert len(diary()) == 3
    ran, lines = run()
    assert (ran.new, ran.kept) == (9, 3)
    assert sorted(diary()) == list(lines)


KILLED_AT = """
import os, signal, sys
from clickmend.jobs import worker
import made_work

write, sync, where, folder = worker.write_atomically, os.fsync, sys.argv[1], sys.argv[2:4]

def end(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def killed(output, content):
    last = output.name == "07.txt"
    if last and where == "noted":
        end()
    os.fsync = end if last and where == "under way" else sync
    write(output, content)
    if last and where == "written":
        end()

worker.write_atomically = killed
made_work.main(*folder, "serial", "1", "0")
"""


def killed_at(where, photos, out):
    """A run that was killed at one of its outputs."""
    call = [sys.executable, "-c", KILLED_AT, where, photos, out]
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    ended = subprocess.run(call, check=False, env=os.environ | {"PYTHONPATH": path})
    assert ended.returncode == -signal.SIGKILL


@pytest.mark.parametrize("gone", [True, False])
def test_what_a_killed_run_left_unfinished_is_removed_by_the_next_one(gone, photos, tmp_path):
    """Also where nothing of it is known any more: with ``fresh``, or when its photo is gone."""
    out = tmp_path / "out"
    killed_at("under way", photos, out)
    assert len(list(out.glob(".*.part"))) == 1
    if gone:
        (photos / "07.jpg").unlink()
    main(photos, out, "serial", 1, 0, fresh=not gone)
    assert not list(tmp_path.rglob(".*.part"))
    assert len(list(out.iterdir())) == 12 - gone


@pytest.mark.parametrize(
    ("where", "twice"), [("written", []), ("noted", ["07.jpg"]), ("under way", ["07.jpg"])]
)
def test_what_was_written_when_the_process_was_killed_is_not_done_again(
    where, twice, photos, diary, tmp_path
):
    out = tmp_path / "out"
    killed_at(where, photos, out)
    assert len(diary()) == 8
    assert (out / "07.txt").exists() == (where == "written")
    assert len(list(out.glob(".*"))) == (where == "under way")
    main(photos, out, "serial", 1, 0)
    assert Counter(diary()) == Counter([f"{number:02}.jpg" for number in range(12)] + twice)
    whole = contents(out), (tmp_path / "merged").read_bytes()
    shutil.rmtree(out)
    shutil.rmtree(tmp_path / "kept")
    main(photos, out, "serial", 1, 0)
    assert whole == (contents(out), (tmp_path / "merged").read_bytes())


def test_an_output_that_somebody_else_writes_meanwhile_is_not_taken_for_ours(run, monkeypatch):
    write = worker.write_atomically

    def disturbed(output, content):
        write(output, b"other" if output.name == "02.txt" else content)

    monkeypatch.setattr(worker, "write_atomically", disturbed)
    _, lines = run(retries=0)
    assert "02.txt was changed while it was worked on" in lines["02.jpg"]["failed"]


def test_two_runs_of_one_job_at_once_are_refused(run, tmp_path):
    with alone(tmp_path / "kept"), pytest.raises(JobError, match="Another clickmend is at work"):
        run()


def test_a_job_without_items_binds_no_later_one(run, tmp_path):
    (tmp_path / "nothing").mkdir()
    assert run(photos=tmp_path / "nothing", power=2)[0].items == 0
    ran, _ = run(power=3)
    assert (ran.new, ran.failed) == (12, 0)


def test_what_is_kept_and_damaged_is_told(run, tmp_path):
    run()
    for file in (tmp_path / "kept" / "shards").rglob("*.jsonl"):
        file.write_text("{")
    with pytest.raises(JobError, match="What is kept of the job is damaged"):
        run()
    run(fresh=True)


def test_a_folder_of_something_else_is_left_alone(run, tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "job.json").write_text("[]")
    with pytest.raises(JobError, match=r"job\.json is not what clickmend writes there"):
        run()
    with pytest.raises(JobError, match=r"job\.json is not what clickmend writes there"):
        run(fresh=True)
    assert (tmp_path / "kept" / "job.json").read_text() == "[]"


def test_what_cannot_be_removed_is_told(run, tmp_path):
    run()
    shutil.rmtree(tmp_path / "kept" / "shards")
    (tmp_path / "kept" / "shards").touch()
    with pytest.raises(OutputError, match="cannot be removed"):
        run(fresh=True)


def test_what_is_kept_and_cannot_be_read_is_told(run, tmp_path):
    run()
    shutil.rmtree(tmp_path / "kept" / "shards")
    (tmp_path / "kept" / "shards").touch()
    with pytest.raises(JobError, match="cannot be read: Not a directory"):
        run()


def test_what_is_done_and_cannot_be_kept_is_told(tmp_path):
    with pytest.raises(OutputError, match=r"What is done cannot be kept in .*: Is a directory"):
        AttemptHere(tmp_path).end({})


def test_a_run_without_an_end_has_no_results(run, monkeypatch):
    monkeypatch.setattr(ENGINES["serial"], "run", lambda *_: iter(()))
    with pytest.raises(JobError, match=r"no result of 00\.jpg"):
        run()


def test_progress_tells_how_many_are_through(photos, tmp_path):
    told = []
    items, work = items_of(photos, tmp_path / "out"), Squares(str(tmp_path / "diary"))

    def progress(done, total):
        told.append((done, total))

    run_job(items, work, tmp_path / "kept", engine=ENGINES["serial"](), progress=progress)
    assert told[-1] == (12, 12)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_the_summary_has_counts_rate_and_reasons(run, photos):
    (photos / "03.jpg").write_text("bad")
    ran, _ = run()
    told = json.loads(summary(ran, [("03.jpg", "bad")], {"task": "squares"}))
    assert (told["task"], told["items"], told["new"], told["failed"]) == ("squares", 12, 11, 1)
    assert told["failures"] == [{"name": "03.jpg", "reason": "bad"}]
    assert told["seconds"] == pytest.approx(ran.seconds, abs=1e-3)
    assert told["per_second"] == pytest.approx(11 / ran.seconds, abs=1e-3)


@pytest.fixture(params=["memory", "local"])
def there(request, photos, tmp_path, monkeypatch):
    """Photos and results at addresses; runs the job over them."""
    pytest.importorskip("fsspec", reason="fsspec is not installed")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    root = place_at(f"{request.param}://{tmp_path}/store")
    for photo in photos.iterdir():
        (root / "in" / photo.name).write_bytes(photo.read_bytes())

    def call(**more):
        items = [
            Item(one.name, {"photo": str(one)}, {}, str(root / "out" / f"{one.stem}.txt"))
            for one in (root / "in").iterdir()
        ]
        lines = {}
        ran = run_job(
            items,
            Squares(str(tmp_path / "diary")),
            root / "kept",
            engine=ENGINES[more.pop("engine", "serial")](jobs=2),
            each=lambda item, line: lines.update({item.name: line}),
            **more,
        )
        return ran, lines

    yield root, call
    remove_folder(root)


def test_a_job_at_an_address_is_done_once_and_what_changed_again(there, diary):
    root, call = there
    ran, lines = call()
    assert (ran.new, ran.failed) == (12, 0)
    assert (root / "out" / "11.txt").read_bytes() == b"121"
    again, same = call()
    assert (again.new, again.kept, same) == (0, 12, lines)
    (root / "in" / "03.jpg").write_bytes(b"5")
    (root / "out" / "04.txt").write_bytes(b"other")
    (root / "in" / "05.jpg").write_bytes(b"5")
    _, changed = call()
    assert diary()[12:] == ["03.jpg", "04.jpg"]
    assert changed["03.jpg"]["record"] == {"number": 25}
    assert (root / "out" / "04.txt").read_bytes() == b"16"
    assert call(fresh=True)[0].new == 12
    assert not [one for one in (root / "kept").rglob("*") if one.suffix == ".part"]


def test_what_was_done_at_an_address_before_the_end_is_not_done_again(there, diary, monkeypatch):
    root, call = there
    do = Squares.do

    def ends(work, item):
        if item.name == "07.jpg":
            raise KeyboardInterrupt
        return do(work, item)

    monkeypatch.setattr("clickmend.jobs.run.shard_size", lambda _: 100)
    with monkeypatch.context() as patch:
        patch.setattr(Squares, "do", ends)
        with pytest.raises(KeyboardInterrupt):
            call()
    left = [one.name for one in (root / "kept").rglob("*") if one.suffix == ".part"]
    assert len(left) == 8
    ran, lines = call()
    assert (ran.new, ran.kept) == (5, 7)
    assert diary() == list(lines)


def test_what_cannot_be_kept_at_an_address_is_told(there, monkeypatch):
    _, call = there

    def fail(*_):
        raise OSError(28, "No space left")

    monkeypatch.setattr("clickmend.core.addresses.Address.write_bytes", fail)
    monkeypatch.setattr("clickmend.core.addresses.Address.put", lambda *_: None)
    with pytest.raises(OutputError, match=r"What is done cannot be kept in .*: No space left"):
        call()


def test_a_pipe_in_the_place_of_a_photo_that_was_done_is_not_waited_for(run, photos, monkeypatch):
    run()
    (photos / "03.jpg").unlink()
    os.mkfifo(photos / "03.jpg")

    def refuse(*_):
        raise ImageError("nothing can be read there")

    monkeypatch.setattr(Squares, "do", refuse)
    ran, lines = run()
    assert (ran.kept, ran.failed) == (11, 1)
    assert lines["03.jpg"]["failed"] == "nothing can be read there"


def test_a_finished_job_in_a_folder_that_is_written_no_more_is_told(run, tmp_path):
    run()
    (tmp_path / "kept" / "run.lock").unlink()
    (tmp_path / "kept" / "run.lock").mkdir()  # as root, who may write where nobody else may
    with pytest.raises(OutputError, match=r"run\.lock cannot be written .* allow it, or write to"):
        run()


def test_two_runs_at_one_address_on_one_machine_are_refused(there):
    root, call = there
    with alone(root / "kept"), pytest.raises(JobError, match="Another clickmend is at work"):
        call()


def test_a_folder_of_locks_of_another_user_is_refused(there, monkeypatch, tmp_path):
    (tmp_path / "clickmend-7").mkdir()
    monkeypatch.setattr("os.getuid", lambda: 7)
    with pytest.raises(JobError, match="is another user's"):
        there[1]()


@pytest.mark.parametrize("there", ["local"], indirect=True)
def test_processes_share_a_job_at_an_address_and_one_that_is_killed_is_made_good(there, diary):
    root, call = there
    (root / "in" / "05.jpg").write_bytes(b"killer")
    ran, lines = call(engine="pool")
    assert (ran.new, ran.failed) == (11, 1)
    assert "3 workers ended while they were at it" in lines["05.jpg"]["failed"]
    assert sorted(diary()) == [name for name in lines if name != "05.jpg"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
@pytest.mark.parametrize("together", [1, 3])
def test_a_run_ends_where_nothing_can_be_written_and_goes_on_when_there_is_room(
    number, together, run, diary, monkeypatch, tmp_path
):
    def full(path, data):
        if sum(1 for _ in (tmp_path / "out").glob("*.txt")) >= 5 and path.suffix == ".txt":
            cause = OSError(number, os.strerror(number))
            raise OutputError(f"{path} cannot be written ({cause.strerror}).") from cause
        write_atomically(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(worker, "write_atomically", full)
        with pytest.raises(OutputError, match=os.strerror(number)):
            run(together=together)
    written = len(list((tmp_path / "out").glob("*.txt")))
    assert written == 5
    tried = len(diary())
    assert 6 <= tried <= 5 + together  # and not all the others, each twice
    ran, _ = run(together=together)
    assert (ran.new, ran.kept, ran.failed) == (12 - written, written, 0)
    assert len(diary()) == tried + 12 - written


def test_an_output_that_cannot_be_written_for_itself_alone_fails_alone(run, tmp_path):
    (tmp_path / "out" / "03.txt").mkdir(parents=True)
    ran, lines = run()
    assert (ran.new, ran.failed) == (11, 1)
    assert "not an ordinary file" in lines["03.jpg"]["failed"]


def test_another_machine_may_do_the_same_at_one_address_and_tidy_up_before(there, monkeypatch):
    root, call = there
    remove = Address.remove

    def removed_by_the_other(folder, names):
        for name in names[::2]:
            (folder / name).unlink()
        remove(folder, names)

    monkeypatch.setattr(Address, "remove", removed_by_the_other)
    ran, lines = call()
    assert (ran.new, ran.failed, len(lines)) == (12, 0, 12)
    assert not [*(root / "kept").rglob("*.part")]
