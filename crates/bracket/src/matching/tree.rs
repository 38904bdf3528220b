//! The alternating trees: growing them, and pairing along them.

use std::cmp::Reverse;

use super::{Kind, Label, NONE, Solver, Weight};

impl<W: Weight> Solver<W> {
    /// Grows trees from all vertices without a partner until there are none; `false` if some cannot
    /// have one.
    pub(super) fn run(&mut self) -> bool {
        let roots: Vec<_> = (0..self.size).filter(|vertex| self.mate[*vertex] == NONE).collect();
        let mut left = roots.len();
        for root in roots {
            self.make_outer(root, root);
        }
        while left > 0 {
            let Some(Reverse((when, kind, from, place))) = self.heap.pop() else { return false };
            self.delta = when;
            if kind == Kind::Expand {
                self.expand_if_due(from);
            } else if self.tighten(from, place) {
                left -= 2;
            }
        }
        true
    }

    /// Does what follows from an edge that may be tight now; whether a pair was won.
    fn tighten(&mut self, from: usize, place: usize) -> bool {
        let (mut from, mut to) = (from, self.to[place]);
        if self.label[self.top(to)] == Label::Outer {
            (from, to) = (to, from);
        }
        let (near, far) = (self.top(from), self.top(to));
        let slack = self.weights[place] - self.price(from) - self.price(to);
        if near == far || self.label[near] != Label::Outer || slack != W::default() {
            // The edge's end has changed since. What changes it adds its new events, but those of a
            // free vertex that came later than this one were not noted.
            for vertex in [from, to] {
                let free = self.label[self.top(vertex)] == Label::Free;
                if free && self.best[vertex] == Some(self.delta) {
                    self.await_trees(vertex);
                }
            }
            return false;
        }
        match self.label[far] {
            Label::Inner => {}
            Label::Outer if self.tree[near] == self.tree[far] => self.contract(from, to),
            Label::Outer => {
                let trees = [self.tree[near], self.tree[far]];
                self.augment(from, to);
                self.augment(to, from);
                self.take_down(trees);
                return true;
            }
            Label::Free => {
                let tree = self.tree[near];
                let partner = self.mate[self.base[far]];
                self.make_inner(far, (from, to), tree);
                self.make_outer(self.top(partner), tree);
            }
        }
        false
    }

    /// The price of a vertex now.
    pub(super) fn price(&self, vertex: usize) -> W {
        match self.signs[vertex] {
            Label::Free => self.prices[vertex],
            Label::Outer => self.prices[vertex] + self.delta,
            Label::Inner => self.prices[vertex] - self.delta,
        }
    }

    /// Makes all in these trees free.
    fn take_down(&mut self, trees: [usize; 2]) {
        let mut freed = Vec::new();
        for tree in trees {
            for vertex in std::mem::take(&mut self.members[tree]) {
                let node = self.top(vertex);
                if self.label[node] != Label::Free && self.tree[node] == tree {
                    self.relabel(node, Label::Free);
                    freed.extend(self.vertices(node));
                }
            }
        }
        for vertex in freed {
            self.await_trees(vertex);
        }
    }

    /// The present price of a node that stands in no other.
    pub(super) fn nest_price(&self, node: usize) -> W {
        match self.label[node] {
            _ if node < self.size => W::default(),
            Label::Free => self.nest_prices[node],
            Label::Outer => self.nest_prices[node] + self.delta.twice(),
            Label::Inner => self.nest_prices[node] - self.delta.twice(),
        }
    }

    fn relabel(&mut self, node: usize, label: Label) {
        let price = self.nest_price(node);
        if node >= self.size {
            self.nest_prices[node] = match label {
                Label::Free => price,
                Label::Outer => price - self.delta.twice(),
                Label::Inner => price + self.delta.twice(),
            };
        }
        self.label[node] = label;
        for vertex in self.vertices(node) {
            self.sign(vertex, label);
        }
    }

    /// From now on the price of a vertex moves as this label says.
    pub(super) fn sign(&mut self, vertex: usize, label: Label) {
        let price = self.price(vertex);
        self.prices[vertex] = match label {
            Label::Free => price,
            Label::Outer => price - self.delta,
            Label::Inner => price + self.delta,
        };
        self.signs[vertex] = label;
    }

    fn join(&mut self, node: usize, label: Label, tree: usize) {
        self.relabel(node, label);
        self.tree[node] = tree;
        let vertices = self.vertices(node);
        self.members[tree].extend(vertices);
    }

    pub(super) fn make_outer(&mut self, node: usize, tree: usize) {
        self.join(node, Label::Outer, tree);
        for vertex in self.vertices(node) {
            self.scan(vertex);
        }
    }

    pub(super) fn make_inner(&mut self, node: usize, entry: (usize, usize), tree: usize) {
        self.join(node, Label::Inner, tree);
        self.entry[node] = entry;
        if node >= self.size {
            let when = self.delta + self.nest_price(node).half();
            self.push(when, Kind::Expand, node, 0);
        }
    }

    /// What was inner and stands beside the trees now.
    pub(super) fn make_free(&mut self, node: usize) {
        self.relabel(node, Label::Free);
        for vertex in self.vertices(node) {
            self.await_trees(vertex);
        }
    }

    /// Notes when a tree will reach a free vertex.
    fn await_trees(&mut self, vertex: usize) {
        self.best[vertex] = None;
        for place in self.starts[vertex]..self.starts[vertex + 1] {
            let other = self.to[place];
            if self.label[self.top(other)] == Label::Outer {
                let slack = self.weights[place] - self.prices[vertex] - self.price(other);
                self.reach(vertex, place, vertex, self.delta + slack);
            }
        }
    }

    fn push(&mut self, when: W, kind: Kind, node: usize, place: usize) {
        self.heap.push(Reverse((when, kind, node, place)));
    }

    /// An edge from an outer vertex to a free one, `to`, will be tight; it stands at `from`.
    fn reach(&mut self, from: usize, place: usize, to: usize, when: W) {
        if self.best[to].is_none_or(|best| when < best) {
            self.best[to] = Some(when);
            self.push(when, Kind::Grow, from, place);
        }
    }

    /// Notes when each edge of an outer vertex will be tight.
    pub(super) fn scan(&mut self, vertex: usize) {
        let price = self.price(vertex);
        let home = self.set_of[vertex];
        let tree = self.tree[self.owner[home]];
        for place in self.starts[vertex]..self.starts[vertex + 1] {
            let other = self.to[place];
            let set = self.set_of[other];
            if set == home {
                continue;
            }
            let node = self.owner[set];
            match self.label[node] {
                Label::Inner => {}
                Label::Free => {
                    let slack = self.weights[place] - price - self.prices[other];
                    self.reach(vertex, place, other, self.delta + slack);
                }
                Label::Outer => {
                    let slack = self.weights[place] - price - self.price(other);
                    let kind = if self.tree[node] == tree { Kind::Contract } else { Kind::Augment };
                    self.push(self.delta + slack.half(), kind, vertex, place);
                }
            }
        }
    }

    /// The inner node before an outer one and the outer one before that, with the edges between;
    /// `None` for the root.
    pub(super) fn before(&self, node: usize) -> Option<[(usize, (usize, usize)); 2]> {
        let vertex = self.base[node];
        let partner = self.mate[vertex];
        if partner == NONE {
            return None;
        }
        let inner = self.top(partner);
        let (outer, reached) = self.entry[inner];
        Some([(inner, (vertex, partner)), (self.top(outer), (reached, outer))])
    }

    /// Pairs along a tree, from an edge to another tree back to the root.
    fn augment(&mut self, from: usize, to: usize) {
        let (mut from, mut to) = (from, to);
        loop {
            let outer = self.top(from);
            let before = self.before(outer);
            self.rotate(outer, from);
            self.mate[from] = to;
            let Some([(inner, _), _]) = before else { return };
            let (next, reached) = self.entry[inner];
            self.rotate(inner, reached);
            self.mate[reached] = next;
            (from, to) = (next, reached);
        }
    }
}
