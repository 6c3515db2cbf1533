//! Makes an input that fails as small as it gets.

use super::Input;
use super::tree::{Node, edit_at, places};

/// The smallest input found that still `fails`.
pub(super) fn shrink(mut input: Input, fails: &dyn Fn(&Input) -> bool) -> Input {
    loop {
        let before = (places(&input.attr), places(&input.item));
        input.attr = shrink_nodes(input.attr.clone(), &|attr| fails(&Input { attr: attr.to_vec(), ..input.clone() }));
        input.item = shrink_nodes(input.item.clone(), &|item| fails(&Input { item: item.to_vec(), ..input.clone() }));
        if before == (places(&input.attr), places(&input.item)) {
            return input;
        }
    }
}

/// Tries at each place: without what follows (several nodes, then one), and with a group's content instead of it.
fn shrink_nodes(mut nodes: Vec<Node>, fails: &dyn Fn(&[Node]) -> bool) -> Vec<Node> {
    let mut place = 0;
    while place < places(&nodes) {
        let mut smaller = None;
        for attempt in [Attempt::Cut(8), Attempt::Cut(3), Attempt::Cut(2), Attempt::Cut(1), Attempt::Open] {
            let mut candidate = nodes.clone();
            let mut changed = false;
            edit_at(&mut candidate, place, &mut |list, at| changed = attempt.apply(list, at));
            if changed && fails(&candidate) {
                smaller = Some(candidate);
                break;
            }
        }
        match smaller {
            Some(smaller) => nodes = smaller,
            None => place += 1,
        }
    }
    nodes
}

enum Attempt {
    Cut(usize),
    Open,
}

impl Attempt {
    /// Whether it changed anything.
    fn apply(&self, list: &mut Vec<Node>, at: usize) -> bool {
        match self {
            Self::Cut(count) if at + count <= list.len() => {
                list.drain(at..at + count);
                true
            }
            Self::Open if matches!(list.get(at), Some(Node::Group(..))) => {
                if let Node::Group(_, inner) = list.remove(at) {
                    list.splice(at..at, inner);
                }
                true
            }
            _ => false,
        }
    }
}
