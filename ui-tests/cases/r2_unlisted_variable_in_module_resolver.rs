// R2 explicit-captures: a module resolver mentions a variable that is not listed
// E0308 means: a resolver is a plain `fn`, which takes along only what is listed. "`packages` captured here" is the
// variable to list: `lock.module_resolver((packages,), |(packages,), specifier, _referrer| ..)`.

use isolock::{LoadError, prelude::*};
use std::collections::HashMap;

fn resolve_packages(lock: &mut Lock<'_>, packages: HashMap<String, String>) {
    lock.module_resolver((), |(), specifier, _referrer| {
        packages.get(specifier).cloned().ok_or_else(|| LoadError::new("it is no dependency"))
    });
}

fn main() {}
