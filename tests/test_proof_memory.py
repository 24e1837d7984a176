"""What a search has found is kept, re-checked and used again; whatever is forged in it is rejected."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sympy import S

from theorems import store_proofs
from verify.domain import Scalar, domain
from verify.errors import ProofError
from verify.ladder import prove_recalling
from verify.language import chain, scalars
from verify.paper import Paper
from verify.proof import Closing, ProofReport
from verify.proof.claims import Claim
from verify.proof.inference import Inference
from verify.proof.linear_program import Program
from verify.proof.memory import Answer, Core, Memory, Trail, read_memory
from verify.registry import registry

a, b, c = scalars("a b c")
GIVEN = chain(b, ">=", a, ">", 0) + chain(c, ">=", 1)
TRUE = Claim(GIVEN, chain(b**2 * c, ">=", a**2))
FALSE = Claim(GIVEN, chain(a**2 * c, ">=", b**2))


def checked(claim: Claim, memory: Memory) -> ProofReport:
    return Closing().recall(memory, claim)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    memory = Memory()
    assert checked(TRUE, memory).grade == "exact"
    memory.write(tmp_path / "stored.json")
    return tmp_path / "stored.json"


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """One entry for each search for a combination."""
    made: list[bool] = []
    solve = Program.solve

    def counted(self: Program, short: bool = False) -> Any:
        made.append(short)
        return solve(self, short)

    monkeypatch.setattr(Program, "solve", counted)
    return made


def test_what_is_stored_is_not_searched_for_again(file: Path, searches: list[bool]) -> None:
    again = checked(TRUE, read_memory(file))
    assert not searches
    assert again == checked(TRUE, Memory())
    assert searches


def altered(file: Path, change: Callable[[dict[str, Any]], None]) -> Memory:
    """The memory in the file after a change of its combination."""
    content = json.loads(file.read_text())
    ((combination,),) = (answer["combinations"].values() for answer in content["answers"].values())
    change(combination)
    file.write_text(json.dumps(content))
    return read_memory(file)


def other_coefficient(answer: dict[str, Any]) -> None:
    answer["terms"][0][0] = "7/3"


def other_sign(answer: dict[str, Any]) -> None:
    answer["terms"][0][0] = f"-{answer['terms'][0][0]}"


def dropped_term(answer: dict[str, Any]) -> None:
    answer["terms"].pop()


def no_terms(answer: dict[str, Any]) -> None:
    answer["terms"].clear()


def other_monomial(answer: dict[str, Any]) -> None:
    answer["terms"][0][1] = [0, 2]


def unknown_atom(answer: dict[str, Any]) -> None:
    answer["terms"][0][1] = [99, 2]


def other_relation(answer: dict[str, Any]) -> None:
    answer["terms"][0][2] = [1, 1]


def relation_beyond(answer: dict[str, Any]) -> None:
    answer["terms"][0][2] = [99]


def relation_before(answer: dict[str, Any]) -> None:
    answer["terms"][0][2] = [-1]


@pytest.mark.parametrize(
    "change",
    [
        other_coefficient,
        other_sign,
        dropped_term,
        no_terms,
        other_monomial,
        unknown_atom,
        other_relation,
        relation_beyond,
        relation_before,
    ],
)
def test_a_forged_combination_is_rejected_and_searched_for_anew(file: Path, searches: list[bool], change: Any) -> None:
    memory = altered(file, change)
    assert checked(TRUE, memory).grade == "exact"
    assert searches
    assert memory.asked == read_memory_of_truth().asked


def read_memory_of_truth() -> Memory:
    memory = Memory()
    checked(TRUE, memory)
    return memory


def test_no_forged_combination_proves_what_is_false(file: Path) -> None:
    truth = read_memory_of_truth()
    lies = Memory()
    assert not checked(FALSE, lies).proved
    assert not lies.answers
    ((combination,),) = (answer.found.values() for answer in truth.answers.values() if isinstance(answer, Trail))
    forged = Trail(dict.fromkeys(range(100), combination))
    assert not checked(FALSE, answering(forged)).proved


def answering(answer: Answer) -> Memory:
    """A memory with one answer to whatever is asked."""

    class Always(dict[str, Answer]):
        def get(self, question: str, default: Any = None) -> Answer:
            return answer

        def __delitem__(self, question: str) -> None:
            pass

    return Memory(Always())


def core(*relations: int) -> Core:
    return Core(linear=False, relations=relations, definitions=())


ALL = core(0, 1, 2)
"""The three relations of GIVEN."""


@pytest.mark.parametrize("among", [(), (0,), (7,), (-1, 0, 1, 2), (0, 0, 1), (2, 1, 0)])
def test_no_forged_trail_among_some_relations_proves_what_is_false(among: tuple[int, ...]) -> None:
    ((combination,),) = (answer.found.values() for answer in read_memory_of_truth().answers.values() if isinstance(answer, Trail))
    forged = Trail(dict.fromkeys(range(100), combination), among)
    assert not checked(FALSE, answering(forged)).proved


@pytest.mark.parametrize("among", [(), (0,), (7,), (-1, 0, 1, 2)])
def test_a_trail_among_other_relations_is_searched_for_anew(among: tuple[int, ...], searches: list[bool]) -> None:
    (trail,) = read_memory_of_truth().answers.values()
    assert isinstance(trail, Trail)
    searches.clear()
    assert checked(TRUE, answering(Trail(trail.found, among))).grade == "exact"
    assert searches


@pytest.mark.parametrize("forged", [ALL, core(), core(0), Core(True, (0, 1, 2), ()), core(7), core(-1), core(0, 0)])
def test_no_forged_core_proves_what_is_false(forged: Core) -> None:
    assert not checked(FALSE, answering(forged)).proved


@pytest.mark.parametrize("forged", [core(), core(0), core(7), core(-1), Core(False, (0, 1, 2), (9,)), Core(True, (0, 1, 2), ())])
def test_what_a_core_does_not_refute_is_searched_for_anew(forged: Core, searches: list[bool]) -> None:
    assert checked(TRUE, answering(forged)).grade == "exact"
    assert searches


def test_a_core_is_refuted_anew_by_the_solver(searches: list[bool], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    contrary = Inference._contrary

    def counted(self: Inference, linear: bool, relations: Any, definitions: Any, seconds: float) -> Any:
        asked.append(len(relations))
        return contrary(self, linear, relations, definitions, seconds)

    monkeypatch.setattr(Inference, "_contrary", counted)
    assert checked(TRUE, answering(ALL)).grade == "solver"
    assert asked == [3]
    assert not searches


EXTRA = Claim(GIVEN + chain(c, "<=", 5), TRUE.conclusions)


def test_a_thorough_memory_keeps_what_the_solver_needs_alone(tmp_path: Path) -> None:
    memory = Memory(thorough=True)
    assert Closing(search=0).recall(memory, EXTRA).grade == "solver"
    assert [*memory.answers.values()] == [ALL]
    memory.write(tmp_path / "stored.json")
    again = read_memory(tmp_path / "stored.json")
    assert again.answers == memory.answers
    assert Closing(search=0).recall(again, EXTRA).grade == "solver"
    assert again.asked == memory.asked


def test_the_file_of_another_statement_helps_nothing_and_harms_nothing(file: Path, searches: list[bool]) -> None:
    other = Claim(GIVEN, chain(b * c, ">=", a))
    assert checked(other, read_memory(file)).grade == "exact"
    assert searches
    assert not checked(FALSE, read_memory(file)).proved


def test_a_thorough_memory_searches_once_more_among_what_the_solver_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    solve = Program.solve
    monkeypatch.setattr(Program, "solve", lambda self, short=False: None if self.given > 4 else solve(self, short))
    memory = Memory(thorough=True)
    assert checked(EXTRA, memory).grade == "exact"
    (trail,) = memory.answers.values()
    assert isinstance(trail, Trail)
    assert trail.among == (0, 1, 2)
    memory.write(tmp_path / "stored.json")
    again = read_memory(tmp_path / "stored.json")
    assert again.answers == memory.answers
    assert checked(EXTRA, again) == checked(EXTRA, memory)


def test_a_product_of_many_positive_numbers_is_positive() -> None:
    positive = chain(a, ">", 0) + chain(b, ">", 0)
    assert checked(Claim(positive + chain(c, ">", 0), chain(2 * a**2 * b * c**3 + a * b * c, ">", 0)), Memory()).grade == "exact"
    assert not checked(Claim(positive + chain(c, ">=", 0), chain(2 * a**2 * b * c**3, ">", 0)), Memory()).proved


def test_an_empty_trail_proves_nothing(searches: list[bool]) -> None:
    assert checked(TRUE, answering(Trail({}))).grade == "exact"
    assert searches
    assert not checked(FALSE, answering(Trail({}))).proved


NO_NUMBER = '{"schema": 2, "consistent": [], "answers": {"q": {"combinations": {"0": {"squares": [], "terms": [["x", [], []]]}}}}}'
NO_CORE = '{"schema": 2, "consistent": [], "answers": {"q": {"linear": true, "relations": [0]}}}'


@pytest.mark.parametrize("text", ["", "[]", '{"schema": 2}', NO_NUMBER, NO_CORE])
def test_a_damaged_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "stored.json"
    path.write_text(text)
    with pytest.raises(ProofError, match="is no file of stored proofs"):
        read_memory(path)


@pytest.mark.parametrize("monomial", [[0], [1, 1, 0, 1], [0, 0], [0, 10**9], [-1, 2]])
def test_a_damaged_monomial_is_found(file: Path, monomial: list[int]) -> None:
    def damage(answer: dict[str, Any]) -> None:
        answer["terms"][0][1] = monomial

    with pytest.raises(ProofError, match="is no file of stored proofs"):
        altered(file, damage)


def test_no_file_is_an_empty_memory(tmp_path: Path) -> None:
    assert not read_memory(tmp_path / "missing.json").answers
    assert not read_memory(None).answers


def test_a_file_is_written_once_and_then_up_to_date(tmp_path: Path) -> None:
    paper = Paper("stored", "Stored proofs", proofs=tmp_path / "proofs")
    over = domain(Scalar(a, S.Reals), Scalar(b, S.Reals))
    statement = paper.inequality("squares", "A square", over=over, claim=chain(a**2 + b**2, ">=", 2 * a * b), proof=Closing())
    assert "stored" in store_proofs.store(statement)
    assert store_proofs.store(statement) == "up to date"
    assert (tmp_path / "proofs" / "squares.json").is_file()
    false = paper.inequality("false", "No square", over=over, claim=chain(a**2 + b**2, ">=", 3 * a * b), proof=Closing())
    assert "not proved" in store_proofs.store(false)
    assert not (tmp_path / "proofs" / "false.json").exists()


@pytest.mark.parametrize("label", ["eq-11.flow.corrected", "eq-58.b.first", "eq-90.upper.corrected", "prop-3.1", "eq-120.square.corrected"])
def test_the_committed_files_are_fresh(label: str, searches: list[bool]) -> None:
    statement = registry().statement(f"xu2023.{label}")
    memory = read_memory(statement.memory)
    assert memory.answers
    assert prove_recalling(statement, memory).proved
    assert not searches
