"""The log files of supervised children."""

from pathlib import Path

from orderflow.logfiles import last_lines, rotate


def test_a_log_within_the_size_stays(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("12345")
    rotate(log, max_bytes=5)
    assert [p.name for p in tmp_path.iterdir()] == ["a.log"]


def test_outgrown_logs_move_up_and_the_oldest_goes(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    for text in ("first", "second", "third", "fourth"):
        log.write_text(text)
        rotate(log, max_bytes=2, keep=2)
    assert not log.exists()
    assert (tmp_path / "a.log.1").read_text() == "fourth"
    assert (tmp_path / "a.log.2").read_text() == "third"
    assert not (tmp_path / "a.log.3").exists()


def test_the_last_lines_are_read_from_the_end_even_of_broken_text(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_bytes(b"x\n" * 100_000 + b"caf\xff\nend\n")
    assert last_lines(log, 2) == "caf\ufffd\nend"
    assert last_lines(tmp_path / "absent.log") == ""
