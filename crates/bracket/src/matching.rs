//! Perfect matching of least weight on a sparse general graph, together with what proves it least.
//!
//! The primal-dual method of Edmonds: prices of vertices and of odd sets of vertices (nests;
//! "blossoms" in the literature) stay feasible while an alternating tree grows from every vertex
//! without a partner, all at the same pace; two trees that meet become one more matched pair and are
//! taken down. Events are taken from one heap, and vertices are found in their nest by relabelled
//! sets, so a tree costs about as much as the edges it looks at.
//!
//! The prices are part of the answer. With `slack(u, v) = 4·weight − price(u) − price(v) + the
//! prices of all nests that hold both`, no edge given has a negative slack, pairs have a slack of 0,
//! and a nest of positive price is matched inside but for one vertex. By linear programming duality
//! no perfect matching weighs less; and if no edge that was *left out* has a negative slack either,
//! none of the whole graph does. So a caller may solve a few edges and check the rest.
//!
//! Weights are taken four times so that all numbers stay whole: the prices at the start are even, so
//! the roots of all trees have prices of the same parity at any time. An edge in a tree has a slack of
//! 0, so all vertices in trees have that parity too, and a slack between two of them is even.
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
    /// An edge between two trees is tight.
    Augment,
    /// An edge to a free vertex is tight.
    Grow,
    /// An inner nest has no price left.
    Expand,
    /// An edge inside a tree is tight, between outer vertices.
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
    /// How far the prices have moved.
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
    /// The root of the tree that a labelled node is in, and the vertices that came into each tree.
    tree: Vec<usize>,
    members: Vec<Vec<usize>>,
    unused: Vec<usize>,

    /// The set of each vertex, the outermost node of each set, the set of each outermost node.
    set_of: Vec<usize>,
    owner: Vec<usize>,
    set: Vec<usize>,
    unused_sets: Vec<usize>,

    heap: BinaryHeap<Event<W>>,
    /// The earliest event of a free vertex.
    best: Vec<Option<W>>,
    marks: Vec<usize>,
    mark: usize,
}

/// The perfect matching of least weight; `None` if these edges have no perfect matching.
pub(crate) fn least<W: Weight>(size: usize, edges: &[Edge<W>]) -> Option<Optimum<W>> {
    let mut solver = Solver::new(size, edges);
    solver.start();
    solver.run().then(|| solver.optimum())
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
                weights[next[from]] = edge.weight.twice().twice();
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
            tree: vec![NONE; nodes],
            members: vec![Vec::new(); size],
            unused: (size..nodes).rev().collect(),
            set_of: (0..size).collect(),
            owner: (0..size).collect(),
            set: (0..nodes).collect(),
            unused_sets: Vec::new(),
            heap: BinaryHeap::new(),
            best: vec![None; size],
            marks: vec![0; nodes],
            mark: 0,
        }
    }

    /// Feasible prices, and the pairs that are tight at once.
    fn start(&mut self) {
        for vertex in 0..self.size {
            // Edges stand by weight; half of the weight on either side is feasible.
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
