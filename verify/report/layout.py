"""Places for the nodes and edges of a dependency graph: facts at the left, what leans on them further to the right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

BOX, HEIGHT = 216, 24
"""Width and height of a node, in pixels."""
COLUMN, ROW = 304, 32
"""From one layer to the next, and from one node of a layer to the next."""
MARGIN = 12


@dataclass(frozen=True)
class Box:
    """A node with its upper left corner."""

    key: str
    x: float
    y: float


@dataclass(frozen=True)
class Edge:
    """An edge from a fact to a statement that leans on it, as the path of an SVG."""

    fact: str
    user: str
    path: str


@dataclass(frozen=True)
class Drawing:
    """A graph as it is drawn."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]


def drawing(graph: Any) -> Drawing:
    """The drawing of all nodes of a graph that have an edge."""
    from fast_sugiyama import from_edges

    keys = sorted(key for key in graph if graph.degree(key))
    number = {key: k for k, key in enumerate(keys)}
    centres: dict[int, tuple[float, float]] = {}
    links: list[tuple[int, int]] = []
    top = 0.0
    if keys:
        layouts = from_edges(
            [(number[fact], number[user]) for fact, user in sorted(graph.edges)],
            vertex_spacing=1, dummy_vertices=True, dummy_size=0.5, crossing_minimization="barycenter",
        )  # fmt: skip
        # Large parts first; each part stands below the one before it.
        for places, breadth, depth, edges in sorted(layouts, key=lambda part: -len(part[0])):
            centres |= {int(node): ((depth - y) * COLUMN, (top + x) * ROW) for node, (x, y) in places}
            links += [(int(start), int(end)) for start, end in edges or ()]
            top += breadth + 1.25
    corner = MARGIN + BOX / 2, MARGIN + HEIGHT / 2
    centres = {node: (x + corner[0], y + corner[1]) for node, (x, y) in centres.items()}
    boxes = tuple(Box(key, centres[k][0] - BOX / 2, centres[k][1] - HEIGHT / 2) for key, k in number.items())
    width = max((box.x + BOX for box in boxes), default=0) + MARGIN
    height = max((y for _, y in centres.values()), default=0) + HEIGHT / 2 + MARGIN
    return Drawing(width, height, boxes, tuple(_edges(keys, centres, links)))


def _edges(keys: list[str], centres: Mapping[int, tuple[float, float]], links: Iterable[tuple[int, int]]) -> Iterable[Edge]:
    """The chains of links through the bends that the layout put where an edge passes a layer, each as one edge."""
    onward: dict[int, list[int]] = {}
    for start, end in links:
        onward.setdefault(start, []).append(end)
    for start, key in enumerate(keys):
        for following in onward.get(start, ()):
            chain = [start, following]
            while chain[-1] >= len(keys):
                chain.append(onward[chain[-1]][0])
            yield Edge(key, keys[chain[-1]], _path([centres[node] for node in chain]))


def _path(points: list[tuple[float, float]]) -> str:
    """A smooth curve through the points that leaves a box at its right side and meets one at its left side."""
    text = f"M{points[0][0] + BOX / 2:g} {points[0][1]:g}"
    x, y = points[0][0] + BOX / 2, points[0][1]
    for k, (next_x, next_y) in enumerate(points[1:], 2):
        left = next_x - BOX / 2
        middle = (x + left) / 2
        text += f"C{middle:g} {y:g} {middle:g} {next_y:g} {left:g} {next_y:g}"
        x, y = left, next_y
        if k < len(points):
            # Along the layer that the edge passes it runs level, beside the boxes.
            text += f"H{next_x + BOX / 2:g}"
            x = next_x + BOX / 2
    return text
