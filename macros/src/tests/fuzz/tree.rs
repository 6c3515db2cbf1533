//! Tokens that can be cut and joined in place.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

#[derive(Clone)]
pub(super) enum Node {
    Token(TokenTree),
    Group(Delimiter, Vec<Node>),
}

pub(super) fn nodes(tokens: TokenStream) -> Vec<Node> {
    let node = |token| match token {
        TokenTree::Group(group) => Node::Group(group.delimiter(), nodes(group.stream())),
        token => Node::Token(token),
    };
    tokens.into_iter().map(node).collect()
}

pub(super) fn stream(nodes: &[Node]) -> TokenStream {
    let token = |node: &Node| match node {
        Node::Token(token) => token.clone(),
        Node::Group(delimiter, nodes) => Group::new(*delimiter, stream(nodes)).into(),
    };
    nodes.iter().map(token).collect()
}

/// How many there are, at all levels.
pub(super) fn size(nodes: &[Node]) -> usize {
    let size = |node: &Node| match node {
        Node::Token(_) => 1,
        Node::Group(_, nodes) => 1 + size(nodes),
    };
    nodes.iter().map(size).sum()
}

/// Calls `edit` with the list that has the `index`th place, and the place in it. A list of `n` nodes has `n + 1` places:
/// before each node, and at the end.
pub(super) fn edit_at(nodes: &mut Vec<Node>, mut index: usize, edit: &mut dyn FnMut(&mut Vec<Node>, usize)) {
    for at in 0..=nodes.len() {
        if index == 0 {
            return edit(nodes, at);
        }
        index -= 1;
        if let Some(Node::Group(_, inner)) = nodes.get_mut(at) {
            let inside = places(inner);
            if index < inside {
                return edit_at(inner, index, edit);
            }
            index -= inside;
        }
    }
}

pub(super) fn places(nodes: &[Node]) -> usize {
    let inside = |node: &Node| match node {
        Node::Token(_) => 0,
        Node::Group(_, nodes) => places(nodes),
    };
    nodes.len() + 1 + nodes.iter().map(inside).sum::<usize>()
}
