//! What an async body learns or takes before an `.await` and has after it.
//!
//! The body is walked in the order in which it runs. Two kinds of `let` are followed, and only where their words leave no
//! doubt about the types: guards of a lock (`let g = m.lock().unwrap();`), and answers about liveness and cancellation
//! (`let alive = ctx.is_alive();`). Whatever may be the end of a guard is taken for its end: any use that may move it, in
//! any branch, closure, async block or macro.

use std::{mem, ptr};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::Visit;
use syn::{
    Arm, BinOp, Block, Expr, ExprAssign, ExprAsync, ExprAwait, ExprBinary, ExprClosure, ExprField, ExprForLoop, ExprIf,
    ExprIndex, ExprLet, ExprLoop, ExprMatch, ExprMethodCall, ExprPath, ExprReference, ExprUnary, ExprWhile, Ident,
    Item, Local, Macro, Pat, UnOp,
};

use super::flow;
use super::names::{Names, What, as_name};
use crate::model::{Model, Role};
use crate::types;

/// What is wrong, where it is.
#[derive(Debug)]
pub(crate) enum Stale {
    /// A guard that is alive at an `.await`.
    Guard(Ident),
    /// The use of an answer from before an `.await`, and the question.
    Answer(Ident, String),
}

/// Walks the body of an async function.
pub(crate) fn find(model: &Model<'_>, body: &Block) -> Vec<Stale> {
    let mut walk = Walk::default();
    for param in &model.params {
        let words = types::words(param.ty());
        let is = |word: &str| words.iter().any(|found| found == word);
        let last = types::last_segment(param.ty());
        let what = if matches!(param.role, Role::Event) || last.is_some_and(|ty| ty == "Event") {
            What::Event
        } else if last.is_some_and(|ty| ty == "WeakIoContext") {
            What::Context
        } else if is("Mutex") {
            What::Mutex
        } else if is("RwLock") {
            What::RwLock
        } else if is("RefCell") {
            What::RefCell
        } else {
            What::Other
        };
        walk.names.bind(&param.name, what);
    }
    walk.visit_block(body);
    walk.found.into_iter().map(|found| found.what).collect()
}

#[derive(Default)]
struct Walk<'ast> {
    names: Names<'ast>,
    found: Vec<Found<'ast>>,
    /// How many loops the walk is in.
    loops: usize,
}

struct Found<'ast> {
    /// Found once, however often it is walked over.
    at: &'ast Ident,
    what: Stale,
    /// The method that was asked.
    asked: Option<Ident>,
}

/// Deeper loops are walked once: twice each would be exponential.
const LOOPS_WALKED_TWICE: usize = 4;

impl<'ast> Walk<'ast> {
    /// The name is used in a way that may move it.
    fn moved(&mut self, name: &Ident) {
        if let Some(index) = self.names.lookup(name)
            && matches!(self.names.0[index].what, What::Guard)
        {
            self.names.0[index].what = What::Other;
        }
    }

    fn report(&mut self, at: &'ast Ident, what: Stale, asked: Option<Ident>) {
        if !self.found.iter().any(|found| ptr::eq(found.at, at)) {
            self.found.push(Found { at, what, asked });
        }
    }

    /// What decides where the code goes on. Elsewhere an old answer may be meant, in a log for example.
    fn condition(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Paren(paren) => self.condition(&paren.expr),
            Expr::Unary(ExprUnary { op: UnOp::Not(_), expr, .. }) => self.condition(expr),
            Expr::Binary(ExprBinary { left, op: BinOp::And(_) | BinOp::Or(_), right, .. }) => {
                self.condition(left);
                self.condition(right);
            }
            Expr::Path(path) if let Some(name) = path.path.get_ident() => {
                if let Some(index) = self.names.lookup(name)
                    && let What::Answer { method, question, is_stale: true } = &self.names.0[index].what
                {
                    let (found, asked) = (Stale::Answer(name.clone(), question.clone()), method.clone());
                    self.report(name, found, Some(asked));
                }
            }
            expr => self.visit_expr(expr),
        }
    }

    /// Code that runs when or where we can't see: names in it may be moved there.
    fn escape(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(name) => self.moved(&name),
                TokenTree::Group(group) => self.escape(group.stream()),
                _ => {}
            }
        }
    }

    /// Walks code with names of its own.
    fn scope(&mut self, walk: impl FnOnce(&mut Self)) {
        let outside = self.names.0.len();
        walk(self);
        self.names.0.truncate(outside);
    }

    /// Walks what is run one or none of. A guard that one of them ends may have ended; an answer is out of date after
    /// them if it is so in all that go on.
    fn branches(&mut self, branches: &mut [Branch<'_, 'ast>]) {
        let before = self.names.clone();
        let mut after: Option<Names<'ast>> = None;
        for Branch { walk, diverges } in branches {
            self.names.clone_from(&before);
            self.scope(walk);
            if *diverges {
                continue;
            }
            let names = mem::take(&mut self.names);
            after = Some(match after {
                None => names,
                Some(other) => other.both(names),
            });
        }
        self.names = after.unwrap_or(before);
    }

    fn body_of_loop(&mut self, pat: Option<&'ast Pat>, body: &'ast Block) {
        self.rounds(|walk| {
            if let Some(pat) = pat {
                walk.names.bind_all(pat);
            }
            walk.visit_block(body);
        });
    }

    /// Walks a loop twice: what the first round leaves behind is what the second one begins with.
    fn rounds(&mut self, round: impl Fn(&mut Self)) {
        self.loops += 1;
        for _ in 0..if self.loops > LOOPS_WALKED_TWICE { 1 } else { 2 } {
            self.scope(&round);
        }
        self.loops -= 1;
    }
}

struct Branch<'w, 'ast> {
    walk: &'w mut dyn FnMut(&mut Walk<'ast>),
    diverges: bool,
}

impl<'ast> Visit<'ast> for Walk<'ast> {
    fn visit_block(&mut self, block: &'ast Block) {
        self.scope(|walk| syn::visit::visit_block(walk, block));
    }

    fn visit_local(&mut self, local: &'ast Local) {
        let Some(init) = &local.init else { return self.names.bind_all(&local.pat) };
        self.visit_expr(&init.expr);
        if let Some((_, other)) = &init.diverge {
            self.branches(&mut [
                Branch { walk: &mut |walk| walk.visit_expr(other), diverges: true },
                Branch { walk: &mut |_| {}, diverges: false },
            ]);
        }
        self.names.bind_init(&local.pat, &init.expr);
    }

    fn visit_expr_let(&mut self, condition: &'ast ExprLet) {
        self.visit_expr(&condition.expr);
        self.names.bind_init(&condition.pat, &condition.expr);
    }

    fn visit_expr_await(&mut self, awaited: &'ast ExprAwait) {
        self.visit_expr(&awaited.base);
        let mut held = Vec::new();
        for binding in &mut self.names.0 {
            match &mut binding.what {
                What::Guard => {
                    held.push(binding.name);
                    binding.what = What::Other;
                }
                What::Answer { is_stale, .. } => *is_stale = true,
                _ => {}
            }
        }
        for name in held {
            self.report(name, Stale::Guard(name.clone()), None);
        }
    }

    fn visit_expr_if(&mut self, branch: &'ast ExprIf) {
        self.scope(|walk| {
            let outside = walk.names.0.len();
            walk.condition(&branch.cond);
            let other = branch.else_branch.as_ref().map(|(_, other)| &**other);
            walk.branches(&mut [
                Branch {
                    walk: &mut |walk| walk.visit_block(&branch.then_branch),
                    diverges: flow::diverges(&branch.then_branch),
                },
                Branch {
                    walk: &mut |walk| {
                        // What `if let` gives a name to isn't there.
                        walk.names.0.truncate(outside);
                        other.into_iter().for_each(|other| walk.visit_expr(other));
                    },
                    diverges: other.is_some_and(flow::expr_diverges),
                },
            ]);
        });
    }

    fn visit_expr_match(&mut self, branches: &'ast ExprMatch) {
        self.condition(&branches.expr);
        let mut arms: Vec<_> =
            branches.arms.iter().map(|arm| (flow::expr_diverges(&arm.body), walk_arm(arm))).collect();
        let mut arms: Vec<_> = arms.iter_mut().map(|(diverges, walk)| Branch { walk, diverges: *diverges }).collect();
        self.branches(&mut arms);
    }

    fn visit_expr_while(&mut self, repeat: &'ast ExprWhile) {
        self.rounds(|walk| {
            walk.condition(&repeat.cond);
            walk.visit_block(&repeat.body);
        });
    }

    fn visit_expr_loop(&mut self, repeat: &'ast ExprLoop) {
        self.body_of_loop(None, &repeat.body);
    }

    fn visit_expr_for_loop(&mut self, repeat: &'ast ExprForLoop) {
        self.visit_expr(&repeat.expr);
        self.body_of_loop(Some(&repeat.pat), &repeat.body);
    }

    fn visit_expr_assign(&mut self, assign: &'ast ExprAssign) {
        self.visit_expr(&assign.right);
        match as_name(&assign.left) {
            Some(name) => {
                // A new value under the old name, a new answer among them.
                let what = self.names.classify(&assign.right);
                if let Some(index) = self.names.lookup(name) {
                    self.names.0[index].what = what;
                }
            }
            None => self.visit_expr(&assign.left),
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        self.looked_at(&call.receiver);
        for arg in &call.args {
            self.visit_expr(arg);
        }
        if call.method == "is_alive" || call.method == "is_cancelled" {
            // Whoever asks again may well compare the answers.
            self.found.retain(|found| found.asked.as_ref() != Some(&call.method));
            for binding in &mut self.names.0 {
                if matches!(&binding.what, What::Answer { method, .. } if *method == call.method) {
                    binding.what = What::Other;
                }
            }
        }
    }

    fn visit_expr_field(&mut self, field: &'ast ExprField) {
        self.looked_at(&field.base);
    }

    fn visit_expr_index(&mut self, index: &'ast ExprIndex) {
        self.looked_at(&index.expr);
        self.visit_expr(&index.index);
    }

    fn visit_expr_reference(&mut self, reference: &'ast ExprReference) {
        self.looked_at(&reference.expr);
    }

    fn visit_expr_unary(&mut self, unary: &'ast ExprUnary) {
        self.looked_at(&unary.expr);
    }

    fn visit_expr_path(&mut self, path: &'ast ExprPath) {
        if let Some(name) = path.path.get_ident() {
            self.moved(name);
        }
    }

    fn visit_expr_closure(&mut self, closure: &'ast ExprClosure) {
        self.escape(closure.to_token_stream());
    }

    fn visit_expr_async(&mut self, block: &'ast ExprAsync) {
        self.escape(block.to_token_stream());
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        self.escape(mac.tokens.clone());
    }

    fn visit_item(&mut self, _item: &'ast Item) {}
}

impl<'ast> Walk<'ast> {
    /// A place that is only looked at: `name.method()`, `name.field`, `&name`, `*name`, `!name`.
    fn looked_at(&mut self, place: &'ast Expr) {
        match place {
            Expr::Path(_) => {}
            place => self.visit_expr(place),
        }
    }
}

fn walk_arm<'ast>(arm: &'ast Arm) -> impl FnMut(&mut Walk<'ast>) {
    move |walk| {
        walk.names.bind_all(&arm.pat);
        if let Pat::Guard(guarded) = &arm.pat {
            walk.condition(&guarded.guard);
        }
        walk.visit_expr(&arm.body);
    }
}
