//! The names in scope of a body, and what is known of them.

use syn::visit::Visit;
use syn::{Expr, ExprPath, ExprUnary, Ident, Pat, PatIdent, UnOp};

use crate::types;

/// What a name stands for.
#[derive(Clone)]
pub(super) enum What {
    /// A guard that nothing has ended yet.
    Guard,
    Answer {
        /// The method that was asked.
        method: Ident,
        /// The whole question.
        question: String,
        /// An `.await` came after it.
        is_stale: bool,
    },
    Event,
    Context,
    Mutex,
    RwLock,
    RefCell,
    Other,
}

#[derive(Clone)]
pub(super) struct Binding<'ast> {
    pub(super) name: &'ast Ident,
    pub(super) what: What,
}

/// Innermost last.
#[derive(Clone, Default)]
pub(super) struct Names<'ast>(pub(super) Vec<Binding<'ast>>);

impl<'ast> Names<'ast> {
    pub(super) fn bind(&mut self, name: &'ast Ident, what: What) {
        self.0.push(Binding { name, what });
    }

    pub(super) fn bind_all(&mut self, pat: &'ast Pat) {
        struct InPattern<'a, 'ast>(&'a mut Names<'ast>);
        impl<'ast> Visit<'ast> for InPattern<'_, 'ast> {
            fn visit_pat_ident(&mut self, pat: &'ast PatIdent) {
                self.0.bind(&pat.ident, What::Other);
                syn::visit::visit_pat_ident(self, pat);
            }
            fn visit_expr(&mut self, _guard: &'ast Expr) {}
        }
        InPattern(self).visit_pat(pat);
    }

    pub(super) fn lookup(&self, name: &Ident) -> Option<usize> {
        self.0.iter().rposition(|binding| binding.name == name)
    }

    pub(super) fn what(&self, expr: &Expr) -> Option<&What> {
        Some(&self.0[self.lookup(as_name(expr)?)?].what)
    }

    pub(super) fn bind_init(&mut self, pat: &'ast Pat, init: &Expr) {
        match pat {
            Pat::Type(typed) => {
                let words = types::words(&*typed.ty);
                let is_lock = words.iter().any(|word| word == "RwLock" || word == "RefCell");
                if is_lock { self.bind_all(pat) } else { self.bind_init(&typed.pat, init) }
            }
            Pat::Ident(PatIdent { ident, subpat: None, .. }) => {
                let what = self.classify(init);
                self.bind(ident, what);
            }
            // `Ok(guard) = m.lock()`
            Pat::TupleStruct(ok) if ok.path.is_ident("Ok") && ok.elems.len() == 1 && self.is_lock_result(init) => {
                match &ok.elems[0] {
                    Pat::Ident(PatIdent { ident, subpat: None, .. }) => self.bind(ident, What::Guard),
                    inner => self.bind_all(inner),
                }
            }
            pat => self.bind_all(pat),
        }
    }

    /// What `let pat = init;` gives a name to.
    pub(super) fn classify(&self, init: &Expr) -> What {
        if let Some((method, question)) = self.question(init) {
            return What::Answer { method: method.clone(), question, is_stale: false };
        }
        if self.is_guard(init) {
            return What::Guard;
        }
        match init {
            Expr::MethodCall(call)
                if call.method == "context" && matches!(self.what(&call.receiver), Some(What::Event)) =>
            {
                What::Context
            }
            Expr::MethodCall(call) if call.method == "clone" => match self.what(&call.receiver) {
                Some(what @ (What::Event | What::Context | What::Mutex | What::RwLock | What::RefCell)) => what.clone(),
                _ => What::Other,
            },
            Expr::Call(call) => match &*call.func {
                Expr::Path(path) => {
                    let words: Vec<_> = path.path.segments.iter().map(|segment| &segment.ident).collect();
                    match words.as_slice() {
                        [.., ty, new] if *new == "new" && *ty == "Mutex" => What::Mutex,
                        [.., ty, new] if *new == "new" && *ty == "RwLock" => What::RwLock,
                        [.., ty, new] if *new == "new" && *ty == "RefCell" => What::RefCell,
                        [.., ty, new] if *new == "new" && (*ty == "Arc" || *ty == "Rc") => {
                            call.args.first().map_or(What::Other, |inner| self.classify(inner))
                        }
                        _ => What::Other,
                    }
                }
                _ => What::Other,
            },
            _ => What::Other,
        }
    }

    /// `ctx.is_alive()`, `!ev.is_cancelled()`.
    pub(super) fn question<'e>(&self, expr: &'e Expr) -> Option<(&'e Ident, String)> {
        match expr {
            Expr::Unary(ExprUnary { op: UnOp::Not(_), expr, .. }) => self.question(expr),
            Expr::Paren(paren) => self.question(&paren.expr),
            Expr::MethodCall(call) if call.args.is_empty() => {
                let asked = self.what(&call.receiver);
                let of_event = matches!(&*call.receiver, Expr::MethodCall(inner) if inner.method == "context"
                    && matches!(self.what(&inner.receiver), Some(What::Event)));
                let is_question = match asked {
                    Some(What::Event) => call.method == "is_cancelled",
                    Some(What::Context) => call.method == "is_alive",
                    _ => of_event && call.method == "is_alive",
                };
                is_question.then(|| (&call.method, types::show(call)))
            }
            _ => None,
        }
    }

    /// `m.lock().unwrap()` and its like; the temporary behind `&*m.lock().unwrap()` lives as long as the reference.
    pub(super) fn is_guard(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Paren(paren) => self.is_guard(&paren.expr),
            Expr::Reference(reference) => match &*reference.expr {
                Expr::Unary(ExprUnary { op: UnOp::Deref(_), expr, .. }) => self.is_guard(expr),
                expr => self.is_guard(expr),
            },
            // Other crates' `lock()?` may be anything.
            Expr::Try(checked) => self.is_lock_result(&checked.expr) && self.is_lock_in_sight(&checked.expr),
            Expr::MethodCall(call) => {
                let unwraps = match call.method.to_string().as_str() {
                    "unwrap" => call.args.is_empty(),
                    "expect" | "unwrap_or_else" => call.args.len() == 1,
                    "borrow" | "borrow_mut" if call.args.is_empty() => {
                        return matches!(self.what(&call.receiver), Some(What::RefCell));
                    }
                    _ => false,
                };
                unwraps && self.is_lock_result(&call.receiver)
            }
            _ => false,
        }
    }

    /// `m.lock()` of a mutex that can be poisoned, which those of async crates can't. `read` and `write` are words of many
    /// types, so the lock's own has to be in sight.
    pub(super) fn is_lock_result(&self, expr: &Expr) -> bool {
        let Expr::MethodCall(call) = expr else { return false };
        call.args.is_empty()
            && match call.method.to_string().as_str() {
                "lock" => true,
                "read" | "write" => self.is_lock_in_sight(expr),
                _ => false,
            }
    }

    pub(super) fn is_lock_in_sight(&self, expr: &Expr) -> bool {
        let Expr::MethodCall(call) = expr else { return false };
        match self.what(&call.receiver) {
            Some(What::Mutex) => call.method == "lock",
            Some(What::RwLock) => call.method != "lock",
            _ => false,
        }
    }

    /// What is known after two branches. A guard that one of them ended may have ended; an answer is out of date if it is
    /// so in both.
    pub(super) fn both(self, other: Self) -> Self {
        Self(self.0.into_iter().zip(other.0).map(|(one, other)| both(one, other)).collect())
    }
}

fn both<'ast>(one: Binding<'ast>, other: Binding<'ast>) -> Binding<'ast> {
    let what = match (&one.what, &other.what) {
        (What::Answer { is_stale: true, .. }, What::Answer { .. }) => other.what,
        (What::Answer { .. }, What::Answer { .. }) => one.what,
        (What::Guard | What::Answer { .. }, _) => other.what,
        _ => one.what,
    };
    Binding { name: one.name, what }
}

pub(super) fn as_name(expr: &Expr) -> Option<&Ident> {
    match expr {
        Expr::Path(ExprPath { qself: None, path, .. }) => path.get_ident(),
        Expr::Paren(paren) => as_name(&paren.expr),
        Expr::Reference(reference) => as_name(&reference.expr),
        _ => None,
    }
}
