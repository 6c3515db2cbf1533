//! From what an import says to the name of a module.

use super::{
    super::{lock::Lock, portable::Portable, report::panic_message},
    failure::Failure,
    map,
    request::{LoadError, ModuleRequest},
};
use crate::rules;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A resolver, whatever its types.
pub(super) trait Resolve: Send + Sync {
    fn resolve(&self, specifier: &str, referrer: Option<&str>) -> Result<String, LoadError>;
}

pub(super) struct Resolver<C> {
    pub(super) captures: C,
    pub(super) resolve: fn(&C, &str, Option<&str>) -> Result<String, LoadError>,
}

impl<C: Portable + Sync> Resolve for Resolver<C> {
    fn resolve(&self, specifier: &str, referrer: Option<&str>) -> Result<String, LoadError> {
        (self.resolve)(&self.captures, specifier, referrer)
    }
}

/// Fills in the name of what is asked for. A host module is found by its name, whatever the resolver thinks of it.
pub(super) fn resolve(lock: &Lock<'_>, mut request: ModuleRequest) -> Result<ModuleRequest, Failure> {
    let (host, resolver) = map::with(lock, |map| (map.is_host(&request.specifier), map.resolver.clone()));
    let name = match resolver {
        _ if host => Ok(request.specifier.clone()),
        None => default(&request.specifier, request.referrer.as_deref()).map_err(LoadError::new),
        Some(resolver) => {
            let resolve = || resolver.resolve(&request.specifier, request.referrer.as_deref());
            catch_unwind(AssertUnwindSafe(resolve)).unwrap_or_else(|payload| {
                let message = panic_message(&*payload);
                Err(LoadError::new(format!("{}: the module resolver panicked: {message}", rules::R10)))
            })
        }
    };
    match name {
        Ok(name) => {
            request.name = name;
            Ok(request)
        }
        Err(error) => {
            request.name.clone_from(&request.specifier);
            let (message, causes) = error.told();
            Err(Failure::new("TypeError", format!("can't resolve {request}: {message}"), &causes, None))
        }
    }
}

/// The names that modules have unless a resolver says otherwise; see [`Lock::module_resolver`].
fn default(specifier: &str, referrer: Option<&str>) -> Result<String, String> {
    let (path, suffix) = split_suffix(specifier);
    if path.is_empty() {
        return Err("it names nothing".to_owned());
    }
    if scheme(path).is_some() {
        return Ok(match origin(path) {
            Some((origin, path)) => format!("{origin}{}{suffix}", normal(path)),
            None => specifier.to_owned(),
        });
    }
    let relative = matches!(path.split('/').next(), Some("." | ".."));
    let Some(base) = referrer.filter(|_| relative || path.starts_with('/')) else {
        return Ok(format!("{}{suffix}", normal(path)));
    };
    let (base, _) = split_suffix(base);
    let (origin, base) = match (origin(base), scheme(base)) {
        (Some((origin, base)), _) => (origin, base),
        (None, Some(_)) => return Err(format!("`{base}` can't be the base of other names")),
        (None, None) => ("", base),
    };
    let joined = if relative {
        // A host without a path means its root.
        let folder = base.rfind('/').map_or(if origin.is_empty() { "" } else { "/" }, |end| &base[..=end]);
        format!("{folder}{path}")
    } else {
        path.to_owned()
    };
    Ok(format!("{origin}{}{suffix}", normal(&joined)))
}

/// The path of a name, and its query and fragment.
fn split_suffix(name: &str) -> (&str, &str) {
    name.split_at(name.find(['?', '#']).unwrap_or(name.len()))
}

/// The scheme of a URL. One letter is a drive of Windows.
fn scheme(name: &str) -> Option<&str> {
    let (scheme, _) = name.split_once(':')?;
    let mut characters = scheme.chars();
    let first = characters.next()?;
    let rest = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    (scheme.len() > 1 && first.is_ascii_alphabetic() && characters.all(rest)).then_some(scheme)
}

/// `https://example.org` and `/a/b.js`. `None` for names that have no path, such as `host:math`.
fn origin(name: &str) -> Option<(&str, &str)> {
    let authority = scheme(name)?.len() + "://".len();
    if !name[authority - 3..].starts_with("://") {
        return None;
    }
    let path = name[authority..].find('/').map_or(name.len(), |slash| authority + slash);
    Some(name.split_at(path))
}

/// Without `.` and `..`, which never lead above the root.
fn normal(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let absolute = path.starts_with('/');
    let mut parts = path[usize::from(absolute)..].split('/').peekable();
    while let Some(part) = parts.next() {
        match part {
            ".." => drop(kept.pop()),
            "." => {}
            _ => kept.push(part),
        }
        // What ends in one is a folder.
        if parts.peek().is_none() && matches!(part, "." | "..") && !kept.is_empty() {
            kept.push("");
        }
    }
    format!("{}{}", if absolute { "/" } else { "" }, kept.join("/"))
}

/// The name that a module's `import.meta.resolve` gives.
pub(super) fn for_code(lock: &Lock<'_>, specifier: String, referrer: &str) -> Result<String, Failure> {
    let request = ModuleRequest {
        name: String::new(),
        specifier,
        kind: super::request::ModuleKind::JavaScript,
        referrer: Some(referrer.to_owned()),
        position: None,
        dynamic: true,
    };
    resolve(lock, request).map(|request| request.name)
}
