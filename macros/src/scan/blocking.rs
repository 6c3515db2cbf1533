//! Direct calls that block, found by their names.

use syn::visit::Visit;
use syn::{Expr, ExprAsync, ExprCall, ExprClosure, ExprMethodCall, ExprPath, Ident, Item, Path};

/// What is reported by its name alone, as a function or as a method.
const BLOCKING: [&str; 5] = ["block_on", "run_blocking", "blocking_recv", "blocking_send", "blocking_lock"];

/// What is reported with the module it is in. The others' modules of that name (`tokio::fs`) don't block, so the path
/// has to begin with `std`.
const BLOCKING_PATHS: [&[&str]; 6] = [
    &["std", "thread", "sleep"],
    &["std", "thread", "park"],
    &["std", "thread", "park_timeout"],
    &["std", "net", "TcpStream", "connect"],
    &["std", "fs", "File", "open"],
    &["std", "fs", "File", "create"],
];

/// Visits code that runs under the lock. Async blocks and items are left out, they run when somebody runs them; so are
/// closures handed to a `spawn`, which run elsewhere. Other closures are mostly called in place.
#[derive(Default)]
pub(crate) struct BlockingCalls {
    /// The names of the functions called, where they are called.
    pub(crate) found: Vec<Ident>,
}

impl BlockingCalls {
    fn call<'a>(&mut self, callee: &Ident, blocks: bool, args: impl IntoIterator<Item = &'a Expr>) {
        if blocks || BLOCKING.iter().any(|name| callee == name) {
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

/// Whether the path is one of a function of `std` that blocks: `std::thread::sleep`, any function of `std::fs`. Of a
/// shorter path only `thread::sleep` and its like can't be another module's.
fn blocks(path: &Path) -> bool {
    let words: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["thread", function] if path.leading_colon.is_none() => {
            BLOCKING_PATHS.iter().any(|known| **known == ["std", "thread", function])
        }
        ["std", "fs", _function] => true,
        words => BLOCKING_PATHS.contains(&words),
    }
}

impl<'ast> Visit<'ast> for BlockingCalls {
    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        match &*call.func {
            Expr::Path(ExprPath { qself: None, path, .. }) if let Some(segment) = path.segments.last() => {
                self.call(&segment.ident, blocks(path), &call.args);
            }
            _ => syn::visit::visit_expr_call(self, call),
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        self.visit_expr(&call.receiver);
        self.call(&call.method, false, &call.args);
    }

    fn visit_expr_async(&mut self, _block: &'ast ExprAsync) {}

    fn visit_item(&mut self, _item: &'ast Item) {}
}

/// Visits the body of an async function for the turns that it enters: `ev.run((..), |lock, (..)| ..)`.
pub(crate) struct Turns<'a> {
    /// What the function calls its event.
    pub(crate) event: &'a Ident,
    pub(crate) calls: BlockingCalls,
}

impl<'ast> Visit<'ast> for Turns<'_> {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let is_event = matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident(self.event));
        let is_entry = call.method == "run" || call.method == "try_run";
        for arg in &call.args {
            match arg {
                Expr::Closure(ExprClosure { inputs, body, .. }) if is_event && is_entry && inputs.len() == 2 => {
                    self.calls.visit_expr(body);
                }
                _ => {}
            }
        }
        syn::visit::visit_expr_method_call(self, call);
    }

    fn visit_item(&mut self, _item: &'ast Item) {}
}
