//! Direct calls that block, found by their names.

use syn::visit::Visit;
use syn::{Expr, ExprAsync, ExprCall, ExprMethodCall, ExprPath, Ident, Item};

/// What is reported, as a function or as a method.
const BLOCKING: [&str; 2] = ["block_on", "run_blocking"];

/// Visits the body of a function that runs under the lock. Async blocks and items are left out, they run when somebody
/// runs them; so are closures handed to a `spawn`, which run elsewhere. Other closures are mostly called in place.
#[derive(Default)]
pub(crate) struct BlockingCalls {
    /// The names of the functions called, where they are called.
    pub(crate) found: Vec<Ident>,
}

impl BlockingCalls {
    fn call<'a>(&mut self, callee: &Ident, args: impl IntoIterator<Item = &'a Expr>) {
        if BLOCKING.iter().any(|name| callee == name) {
            self.found.push(callee.clone());
        }
        let spawns = callee.to_string().starts_with("spawn");
        for arg in args {
            if !(spawns && matches!(arg, Expr::Closure(_))) {
                self.visit_expr(arg);
            }
        }
    }
}

impl<'ast> Visit<'ast> for BlockingCalls {
    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        match &*call.func {
            Expr::Path(ExprPath { path, .. }) if let Some(segment) = path.segments.last() => {
                self.call(&segment.ident, &call.args);
            }
            _ => syn::visit::visit_expr_call(self, call),
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        self.visit_expr(&call.receiver);
        self.call(&call.method, &call.args);
    }

    fn visit_expr_async(&mut self, _block: &'ast ExprAsync) {}

    fn visit_item(&mut self, _item: &'ast Item) {}
}
