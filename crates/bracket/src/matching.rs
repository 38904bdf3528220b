//! Perfect matching of least weight on a sparse general graph, together with what proves it least.
//!
//! The primal-dual method of Edmonds, one alternating tree at a time: prices of vertices and of odd
//! sets of vertices (nests; "blossoms" in the literature) stay feasible, and each tree ends in one
//! more matched pair. Events of a tree are taken from one heap, and vertices are found in their nest
//! by relabelled sets, so a tree costs about as much as the edges it looks at.
//!
//! The prices are part of the answer. With `slack(u, v) = 2·weight − price(u) − price(v) + the
//! prices of all nests that hold both`, no edge given has a negative slack, pairs have a slack of 0,
//! and a nest of positive price is matched inside but for one vertex. By linear programming duality
//! no perfect matching weighs less; and if no edge that was *left out* has a negative slack either,
//! none of the whole graph does. So a caller may solve a few edges and check the rest.
//!
//! Weights are doubled so that all numbers stay whole: in one tree the prices of all vertices have
//! the same parity, so a slack between two outer vertices is even.
//!
//! Indices into the lists below are the module's own (vertices below `size`, nests from `size`),
//! never a caller's.

mod nests;
#[cfg(test)]
mod tests;
mod tree;
mod weight;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

pub(crate) use weight::{Weight, Wide};

/// No vertex, or no nest.
const NONE: usize = usize::MAX;

/// Two vertices that may be paired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Edge<W> {
    pub(crate) ends: [usize; 2],
    /// Not negative.
    pub(crate) weight: W,
}

/// A matching of least weight, and its proof.
pub(crate) struct Optimum<W> {
    /// The other vertex of each pair.
    pub(crate) mates: Vec<usize>,
    /// The price of each vertex.
    pub(crate) prices: Vec<W>,
    /// The innermost nest of each vertex.
    pub(crate) nest_of: Vec<Option<usize>>,
    /// Nests, with the next larger one around each.
    pub(crate) nests: Vec<Nest<W>>,
}

/// An odd set of vertices with a price.
pub(crate) struct Nest<W> {
    pub(crate) price: W,
    pub(crate) around: Option<usize>,
}

/// Where a vertex or nest stands in the tree that grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    Free,
    /// At an even distance from the root: its price rises.
    Outer,
    /// At an odd distance: its price falls.
    Inner,
}

/// What happens when the prices have moved so far. At the same time, the first of these comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// An edge to a vertex without a partner is tight: the tree is done.
    Augment,
    /// An edge to a free vertex is tight.
    Grow,
    /// An inner nest has no price left.
    Expand,
    /// An edge between outer vertices is tight.
    Contract,
}

/// When, what, the vertex or nest, the place of the edge.
type Event<W> = Reverse<(W, Kind, usize, usize)>;

/// The state. Nodes are vertices and nests.
struct Solver<W> {
    size: usize,
    /// Edges of vertex `v` stand from `starts[v]` to `starts[v + 1]`.
    starts: Vec<usize>,
    to: Vec<usize>,
    weights: Vec<W>,

    mate: Vec<usize>,
    /// Price of each vertex; that of labelled ones moves, see `price`.
    prices: Vec<W>,
    signs: Vec<Label>,
    /// How far the prices have moved in this tree.
    delta: W,

    /// Per node: the nest around it, the vertex matched outside, its parts in cyclic order from the
    /// one that holds the base, and the edge from each part to the next.
    around: Vec<usize>,
    base: Vec<usize>,
    parts: Vec<Vec<usize>>,
    links: Vec<Vec<(usize, usize)>>,
    count: Vec<usize>,
    nest_prices: Vec<W>,
    label: Vec<Label>,
    /// The tight edge through which an inner node was reached, outer end first.
    entry: Vec<(usize, usize)>,
    unused: Vec<usize>,

    /// The set of each vertex, the outermost node of each set, the set of each outermost node.
    set_of: Vec<usize>,
    owner: Vec<usize>,
    set: Vec<usize>,
    unused_sets: Vec<usize>,

    heap: BinaryHeap<Event<W>>,
    /// When the tree reaches a vertex without a partner, as far as is known.
    bound: Option<W>,
    /// The earliest event of a free vertex.
    best: Vec<Option<W>>,
    /// Vertices that have a label or an event.
    touched: Vec<usize>,
    marks: Vec<usize>,
    mark: usize,
}

/// The perfect matching of least weight; `None` if these edges have no perfect matching.
pub(crate) fn least<W: Weight>(size: usize, edges: &[Edge<W>]) -> Option<Optimum<W>> {
    let mut solver = Solver::new(size, edges);
    solver.start();
    for root in 0..size {
        if solver.mate[root] == NONE && !solver.grow(root) {
            return None;
        }
    }
    Some(solver.optimum())
}

impl<W: Weight> Solver<W> {
    fn new(size: usize, edges: &[Edge<W>]) -> Self {
        let mut starts = vec![0; size + 1];
        for vertex in edges.iter().flat_map(|edge| edge.ends) {
            starts[vertex + 1] += 1;
        }
        for vertex in 0..size {
            starts[vertex + 1] += starts[vertex];
        }
        let mut sorted: Vec<_> = edges.iter().collect();
        sorted.sort_by_key(|edge| edge.weight);
        let mut next = starts.clone();
        let mut to = vec![0; 2 * edges.len()];
        let mut weights = vec![W::default(); 2 * edges.len()];
        for edge in sorted {
            for [from, other] in [edge.ends, [edge.ends[1], edge.ends[0]]] {
                to[next[from]] = other;
                weights[next[from]] = edge.weight.twice();
                next[from] += 1;
            }
        }
        let nodes = 2 * size;
        Self {
            size,
            starts,
            to,
            weights,
            mate: vec![NONE; size],
            prices: vec![W::default(); size],
            signs: vec![Label::Free; size],
            delta: W::default(),
            around: vec![NONE; nodes],
            base: (0..nodes).collect(),
            parts: vec![Vec::new(); nodes],
            links: vec![Vec::new(); nodes],
            count: vec![1; nodes],
            nest_prices: vec![W::default(); nodes],
            label: vec![Label::Free; nodes],
            entry: vec![(NONE, NONE); nodes],
            unused: (size..nodes).rev().collect(),
            set_of: (0..size).collect(),
            owner: (0..size).collect(),
            set: (0..nodes).collect(),
            unused_sets: Vec::new(),
            heap: BinaryHeap::new(),
            bound: None,
            best: vec![None; size],
            touched: Vec::new(),
            marks: vec![0; nodes],
            mark: 0,
        }
    }

    /// Feasible prices, and the pairs that are tight at once.
    fn start(&mut self) {
        for vertex in 0..self.size {
            // Edges stand by weight; half of the doubled weight on either side is feasible.
            if self.starts[vertex] < self.starts[vertex + 1] {
                self.prices[vertex] = self.weights[self.starts[vertex]].half();
            }
        }
        for vertex in 0..self.size {
            if self.mate[vertex] != NONE {
                continue;
            }
            let edges = self.starts[vertex]..self.starts[vertex + 1];
            let slack =
                |edge: usize| self.weights[edge] - self.prices[vertex] - self.prices[self.to[edge]];
            let Some(least) = edges.clone().map(slack).min() else { continue };
            let partner = edges
                .filter(|edge| slack(*edge) == least)
                .map(|edge| self.to[edge])
                .find(|other| self.mate[*other] == NONE);
            self.prices[vertex] += least;
            if let Some(partner) = partner {
                (self.mate[vertex], self.mate[partner]) = (partner, vertex);
            }
        }
    }

    /// The price of a vertex when the prices have moved so far.
    fn price_at(&self, vertex: usize, delta: W) -> W {
        match self.signs[vertex] {
            Label::Free => self.prices[vertex],
            Label::Outer => self.prices[vertex] + delta,
            Label::Inner => self.prices[vertex] - delta,
        }
    }

    /// The outermost node that holds a vertex.
    fn top(&self, vertex: usize) -> usize {
        self.owner[self.set_of[vertex]]
    }

    fn optimum(self) -> Optimum<W> {
        let nest = |node: usize| (node != NONE).then(|| node - self.size);
        let nests = (self.size..2 * self.size).map(|node| Nest {
            price: if self.parts[node].is_empty() { W::default() } else { self.nest_prices[node] },
            around: nest(self.around[node]),
        });
        Optimum {
            nests: nests.collect(),
            nest_of: (0..self.size).map(|vertex| nest(self.around[vertex])).collect(),
            mates: self.mate,
            prices: self.prices,
        }
    }
}
