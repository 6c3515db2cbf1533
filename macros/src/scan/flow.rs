//! Where control flow doesn't go on.

use syn::{Block, Expr, Stmt};

/// Macros that don't return.
const ENDS: [&str; 5] = ["panic", "unreachable", "todo", "unimplemented", "bail"];

/// Whether what follows the block is never reached from it, as far as its statements say so.
pub(super) fn diverges(block: &Block) -> bool {
    block.stmts.iter().any(|stmt| match stmt {
        Stmt::Expr(expr, _) => expr_diverges(expr),
        Stmt::Macro(call) => is_end(&call.mac),
        _ => false,
    })
}

/// The same of an expression.
pub(super) fn expr_diverges(expr: &Expr) -> bool {
    match expr {
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
        Expr::Block(block) => diverges(&block.block),
        Expr::Unsafe(block) => diverges(&block.block),
        Expr::Macro(call) => is_end(&call.mac),
        Expr::Paren(paren) => expr_diverges(&paren.expr),
        Expr::If(branch) => {
            diverges(&branch.then_branch) && branch.else_branch.as_ref().is_some_and(|(_, other)| expr_diverges(other))
        }
        Expr::Match(branches) => branches.arms.iter().all(|arm| expr_diverges(&arm.body)),
        _ => false,
    }
}

fn is_end(mac: &syn::Macro) -> bool {
    mac.path.segments.last().is_some_and(|segment| ENDS.iter().any(|name| segment.ident == name))
}
