"""The scene of a page and its address: what a link brings, what a component may report."""

import pytest
import stand_in
import streamlit as st

from autoencoders.ui import frame, scene_state


class Query(dict):
    """Streamlit's query parameters, without Streamlit."""

    def get_all(self, key):
        return [self[key]]

    def from_dict(self, values):
        self.clear()
        self.update({k: v if isinstance(v, str) else v[0] for k, v in values.items()})


@pytest.fixture
def engine():
    return stand_in.StandIn()


@pytest.fixture
def query(monkeypatch):
    query = Query()
    monkeypatch.setattr(st, "query_params", query)
    monkeypatch.setattr(st, "session_state", {})
    return query


REPORT = {"codes": [[0.5, -1.0], [1.5, 2.0]], "path": "density", "even": True, "at": 0.25}


def test_a_plain_address_tells_nothing(engine, query):
    query["model"] = engine.name
    assert scene_state.follow_link(engine, "interpolate") == (None, [])


def test_what_is_reported_comes_back_by_its_link(engine, query):
    scene_state.follow_link(engine, "interpolate")
    scene_state.keep_address(engine, "interpolate", REPORT)
    link = dict(query)
    st.session_state.clear()
    query.clear()
    query.update(link)
    told, problems = scene_state.follow_link(engine, "interpolate")
    assert problems == []
    assert told["number"] == 1
    assert [list(code) for code in told["codes"]] == REPORT["codes"]
    assert (told["path"], told["even"], told["at"]) == ("density", True, 0.25)


def test_the_address_the_page_wrote_itself_is_no_new_link(engine, query):
    scene_state.follow_link(engine, "interpolate")
    scene_state.keep_address(engine, "interpolate", REPORT)
    told, _ = scene_state.follow_link(engine, "interpolate")
    assert told is None
    assert st.session_state[frame.WRITTEN_KEY] == {"model": engine.name, "z": query["z"]}


def test_a_step_back_in_the_history_is_a_new_link(engine, query):
    scene_state.follow_link(engine, "interpolate")
    scene_state.keep_address(engine, "interpolate", REPORT)
    before = dict(query)
    scene_state.keep_address(engine, "interpolate", REPORT | {"at": 0.75})
    query.from_dict(before)
    told, _ = scene_state.follow_link(engine, "interpolate")
    assert told["at"] == 0.25


def test_what_others_put_into_the_address_stays(engine, query):
    query["embed"] = "true"
    scene_state.follow_link(engine, "interpolate")
    scene_state.keep_address(engine, "interpolate", REPORT)
    assert query["embed"] == "true"


def test_a_persons_own_picture_is_left_out_and_said(engine, query):
    scene_state.follow_link(engine, "interpolate")
    scene_state.keep_address(engine, "interpolate", REPORT | {"uploaded": [1]})
    assert "1.5" not in str(dict(query))
    st.session_state.clear()
    told, problems = scene_state.follow_link(engine, "interpolate")
    assert len(told["codes"]) == 1
    assert problems == [
        "The link leaves out 1 picture of this scene: it never carries what people bring "
        "themselves, nor how they cropped it; add it again."
    ]


def test_what_does_not_fit_the_model_is_left_out_and_said(engine, query):
    query.update(model=engine.name, z="1,2,3")
    told, problems = scene_state.follow_link(engine, "interpolate")
    assert told["codes"] == ()
    assert "3 numbers" in problems[0]


def test_a_report_that_did_not_change_is_nobodys_doing(engine, query):
    """After a step back the component still reports what it showed last."""
    scene_state.follow_link(engine, "interpolate")
    scene_state.keep_address(engine, "interpolate", REPORT)
    before = dict(query)
    later = REPORT | {"at": 0.75}
    scene_state.keep_address(engine, "interpolate", later)
    query.from_dict(before)
    scene_state.follow_link(engine, "interpolate")
    scene_state.keep_address(engine, "interpolate", later)
    assert dict(query) == before


def test_what_a_link_leaves_out_is_said_until_the_person_goes_on(engine, query):
    query.update(model=engine.name, z="0.5,1", left_out="1")
    (said,) = scene_state.follow_link(engine, "attributes")[1]
    assert "leaves out 1 picture" in said
    echo = {"codes": [[0.5, 1.0]], "at": 0.0}
    for _ in range(2):
        scene_state.keep_address(engine, "attributes", echo)
        assert scene_state.follow_link(engine, "attributes")[1] == [said]
    scene_state.keep_address(engine, "attributes", echo | {"at": 0.5})
    assert scene_state.follow_link(engine, "attributes")[1] == []


def test_another_model_leaves_the_scene_behind(engine, query):
    query.update(model=engine.name, z="0.5,1", at="0.25")
    assert scene_state.follow_link(engine, "interpolate")[0]["at"] == 0.25
    other = stand_in.StandIn(name="other-2")
    told, problems = scene_state.follow_link(other, "interpolate")
    assert (told, problems) == (None, [])
    scene_state.keep_address(other, "interpolate", None)
    assert dict(query) == {"model": "other-2"}
    assert scene_state.follow_link(other, "interpolate")[0] is None


def test_the_parts_of_every_page_come_back(engine, query):
    report = {
        "subject": ["point", 12, ""], "strengths": {}, "person": 0.5, "pixels": 0.25,
        "noise": ["masking", 0.5], "arrangement": "square", "place": [0.25, 0.75],
    }  # fmt: skip
    scene_state.follow_link(engine, "restore")
    scene_state.keep_address(engine, "restore", report)
    st.session_state.clear()
    told, problems = scene_state.follow_link(engine, "restore")
    assert problems == []
    assert told["subject"] == ("point", 12, "")
    assert (told["person"], told["pixels"], told["noise"]) == (0.5, 0.25, ("masking", 0.5))
    assert (told["arrangement"], told["place"]) == ("square", (0.25, 0.75))


@pytest.mark.parametrize(
    "reported",
    [None, 7, [], {"codes": "x"}, {"codes": [[1, 2, 3]]}, {"at": 2}, {"path": "magic"},
     {"codes": [[float("nan"), 0]]}, {"uploaded": [5]}, {"uploaded": 5}],
)  # fmt: skip
def test_what_is_no_scene_is_ignored(engine, query, reported):
    query["model"] = engine.name
    scene_state.follow_link(engine, "interpolate")
    scene_state.keep_address(engine, "interpolate", reported)
    assert dict(query) == {"model": engine.name}
