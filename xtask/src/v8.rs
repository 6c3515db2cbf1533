//! Whether a V8 can be linked, and where it would come from.
//!
//! The `v8` crate's build script picks the archive; this file asks the same questions in the same order, before
//! anything is built, so that a missing archive is one clear text and not a failed build script. The names follow
//! `build.rs` of the locked version (`artifact_url_candidates`, `candidate_urls`, `archive_urls`, `artifact_cache_key`).

mod probe;

use crate::notice;
use crate::workspace::{Rustc, Workspace};
use std::env;
use std::fmt;
use std::path::{Path, PathBuf};

/// `DEFAULT_ARTIFACT_BASE` of the build script.
const RELEASE_PAGE: &str = "https://github.com/denoland/rusty_v8/releases/download";

/// `RUSTY_V8_MIRROR` of `.cargo/config.toml`, for when xtask was not started by cargo.
const MIRROR: &str = "../shared/rusty_v8";

/// The profile folder that a build unpacks the archive into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    Debug,
    Release,
}

/// Where V8 comes from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// `V8_FROM_SOURCE`: the build script compiles it.
    Built,
    /// A file or address that the build script takes: `RUSTY_V8_ARCHIVE`, a mirror or the release page.
    Artifact(String),
    /// A download that an earlier build left in cargo's home.
    Cached(PathBuf),
    /// The library that an earlier build unpacked into the target folder.
    Unpacked(PathBuf),
}

impl Source {
    /// What a command needs in its environment to link this V8. Nothing, as a rule: the build script finds it by itself.
    pub(crate) fn environment(&self) -> &'static [(&'static str, &'static str)] {
        match self {
            // With this variable the build script links what is there; without it, it would insist on fetching.
            Self::Unpacked(_) => &[("RUSTY_V8_SKIP_DOWNLOAD", "1")],
            Self::Built | Self::Artifact(_) | Self::Cached(_) => &[],
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Built => write!(f, "built from source (V8_FROM_SOURCE)"),
            Self::Artifact(place) => write!(f, "{place}"),
            Self::Cached(file) => write!(f, "{} (an earlier download)", file.display()),
            Self::Unpacked(file) => write!(f, "{} (of an earlier build; it may be stale)", file.display()),
        }
    }
}

/// No V8: the places that were tried, each with what was wrong with it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Missing {
    tried: Vec<String>,
    file: String,
    release_url: String,
}

impl Missing {
    /// The text that can't be overlooked: what was left out, what was tried, how to get V8.
    pub(crate) fn notice(&self, headline: &str, left_out: &[&str]) -> String {
        let mut lines = Vec::new();
        if !left_out.is_empty() {
            lines.push("Left out:".to_owned());
            lines.extend(left_out.iter().map(|what| format!("  - {what}")));
            lines.push(String::new());
        }
        lines.push("The `v8` crate links a static archive. Tried:".to_owned());
        lines.extend(self.tried.iter().map(|place| format!("  - {place}")));
        lines.push(String::new());
        lines.push("How to get it (one of these is enough):".to_owned());
        lines.extend([
            format!("  - put the artifact folder `rusty_v8` at `{MIRROR}` beside the checkout; it has to hold `{}`", self.file),
            format!("  - let the release page be reachable: {}", self.release_url),
            "  - set RUSTY_V8_ARCHIVE to an archive or to a folder that holds it, or RUSTY_V8_MIRROR to another folder or address"
                .to_owned(),
        ]);
        notice::boxed(&format!("V8 IS MISSING: {headline}"), &lines)
    }
}

/// The environment of commands that only type-check against the `v8` crate: its build script then returns before it
/// downloads or links. They need a target folder of their own, because each of these variables makes the build script
/// of an ordinary build run again.
pub(crate) const TYPE_CHECK_ONLY: [(&str, &str); 3] = [
    ("DOCS_RS", "1"),
    ("RUSTY_V8_SKIP_DOWNLOAD", "1"),
    // Without an archive there is no newer binding file either; the one that ships with the crate will do.
    ("RUSTY_V8_MIRROR_FALLBACK", "0"),
];

/// `cargo xtask v8`: says where V8 would come from.
pub(crate) fn run(workspace: &Workspace) -> Result<(), String> {
    let source = find(workspace, Profile::Debug)?.map_err(|missing| missing.notice("nothing can be linked", &[]))?;
    println!("V8: {source}");
    Ok(())
}

/// Looks for a V8 that a build in this workspace would link. The outer error means that the question couldn't be asked.
pub(crate) fn find(workspace: &Workspace, profile: Profile) -> Result<Result<Source, Missing>, String> {
    let setting = Setting::read(workspace, profile)?;
    let world = World {
        is_file: &|path| path.is_file(),
        is_dir: &|path| path.is_dir(),
        // Only this one takes time, so say what it is.
        reachable: &|url| {
            eprintln!("looking for V8 at {url}");
            probe::reachable(url)
        },
    };
    Ok(setting.find(&world))
}

/// Everything that decides where the build script looks.
struct Setting {
    archive: Option<String>,
    mirror: Option<String>,
    fallback: bool,
    from_source: bool,
    /// A variable with which the build script fetches nothing.
    fetches_nothing: Option<&'static str>,
    tag: String,
    version: String,
    target: String,
    build: &'static str,
    cache: Option<PathBuf>,
    unpacked: PathBuf,
}

/// What the search asks of the machine; replaced in tests.
struct World<'a> {
    is_file: &'a dyn Fn(&Path) -> bool,
    is_dir: &'a dyn Fn(&Path) -> bool,
    reachable: &'a dyn Fn(&str) -> Result<(), String>,
}

impl Setting {
    fn read(workspace: &Workspace, profile: Profile) -> Result<Self, String> {
        let version = workspace.locked_version("v8")?;
        let target = Rustc::ask()?.target()?;
        let variable = |name| env::var(name).ok();
        let cargo_home =
            env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| env::home_dir().map(|home| home.join(".cargo")));
        // With a target named, cargo puts what it builds below a folder of that name.
        let mut unpacked = workspace.target_dir();
        if env::var_os("CARGO_BUILD_TARGET").is_some() {
            unpacked.push(&target);
        }
        unpacked.push(match profile {
            Profile::Debug => "debug",
            Profile::Release => "release",
        });
        Ok(Self {
            archive: variable("RUSTY_V8_ARCHIVE"),
            mirror: variable("RUSTY_V8_MIRROR").or_else(|| Some(workspace.path(MIRROR).display().to_string())),
            fallback: env::var_os("RUSTY_V8_MIRROR_FALLBACK").is_none() || truthy("RUSTY_V8_MIRROR_FALLBACK"),
            from_source: truthy("V8_FROM_SOURCE"),
            fetches_nothing: if env::var_os("DOCS_RS").is_some() {
                Some("DOCS_RS")
            } else {
                truthy("RUSTY_V8_SKIP_DOWNLOAD").then_some("RUSTY_V8_SKIP_DOWNLOAD")
            },
            tag: variable("RUSTY_V8_MIRROR_TAG").unwrap_or_else(|| format!("v{version}")),
            build: if truthy("V8_FORCE_DEBUG") && !target.contains("windows") { "debug" } else { "release" },
            cache: cargo_home.map(|home| home.join(".rusty_v8")),
            unpacked: unpacked.join("gn_out").join("obj").join(library("", &target)),
            version,
            target,
        })
    }

    fn find(&self, world: &World<'_>) -> Result<Source, Missing> {
        let mut tried = Vec::new();
        if let Some(variable) = self.fetches_nothing {
            tried.push(format!("{variable} is set: the build script fetches nothing"));
        } else if self.from_source {
            return Ok(Source::Built);
        } else {
            for candidate in self.candidates(world) {
                if !is_remote(&candidate) {
                    if (world.is_file)(Path::new(&candidate)) {
                        return Ok(Source::Artifact(candidate));
                    }
                    tried.push(format!("{candidate}: no such file"));
                    continue;
                }
                if let Some(file) = self.cached(&candidate).find(|file| (world.is_file)(file)) {
                    return Ok(Source::Cached(file));
                }
                match (world.reachable)(&candidate) {
                    Ok(()) => return Ok(Source::Artifact(candidate)),
                    Err(why) => tried.push(format!("{candidate}: {why}")),
                }
            }
        }
        // Under DOCS_RS the build script doesn't even say what to link.
        if self.fetches_nothing != Some("DOCS_RS") && (world.is_file)(&self.unpacked) {
            return Ok(Source::Unpacked(self.unpacked.clone()));
        }
        tried.push(format!("{}: no library of an earlier build", self.unpacked.display()));
        Err(Missing { tried, file: self.file(), release_url: self.release_url() })
    }

    /// The places that the build script tries, in its order.
    fn candidates(&self, world: &World<'_>) -> Vec<String> {
        let file = self.file();
        if let Some(archive) = &self.archive {
            // A folder is searched for the gzipped name, then the plain one; anything else is taken as it stands.
            return if (world.is_dir)(Path::new(archive)) {
                [file.as_str(), file.trim_end_matches(".gz")]
                    .map(|name| Path::new(archive).join(name).display().to_string())
                    .into()
            } else {
                vec![archive.clone()]
            };
        }
        let mut urls = Vec::new();
        if let Some(mirror) = &self.mirror {
            if mirror.contains('{') {
                urls.push(self.expand(mirror));
            } else {
                urls.push(format!("{mirror}/{}/{file}", self.tag));
                if !is_remote(mirror) {
                    urls.push(format!("{mirror}/{file}"));
                }
            }
        }
        if self.mirror.is_none() || self.fallback {
            urls.push(self.release_url());
        }
        urls
    }

    fn release_url(&self) -> String {
        format!("{RELEASE_PAGE}/{}/{}", self.tag, self.file())
    }

    /// The gzipped archive. The workspace uses none of the crate's features that change this name.
    fn file(&self) -> String {
        format!("{}.gz", library(&format!("_{}_{}", self.build, self.target), &self.target))
    }

    fn expand(&self, template: &str) -> String {
        template
            .replace("{tag}", &self.tag)
            .replace("{version}", &self.version)
            .replace("{target}", &self.target)
            .replace("{profile}", self.build)
            .replace("{features}", "")
            .replace("{file}", &self.file())
    }

    /// Where an earlier download of `url` would be: by tag and file, by the whole address. An archive that was named
    /// outright has only the second.
    fn cached(&self, url: &str) -> impl Iterator<Item = PathBuf> {
        let by_tag = self.archive.is_none().then(|| format!("{}/{}", self.tag, self.file()));
        let keys = [by_tag, Some(url.to_owned())];
        let cache = self.cache.clone();
        keys.into_iter().flatten().filter_map(move |key| Some(cache.as_ref()?.join(escaped(&key))))
    }
}

fn library(suffix: &str, target: &str) -> String {
    if target.contains("windows") { format!("rusty_v8{suffix}.lib") } else { format!("librusty_v8{suffix}.a") }
}

fn escaped(key: &str) -> String {
    key.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

fn is_remote(place: &str) -> bool {
    place.starts_with("http:") || place.starts_with("https:")
}

/// `env_bool` of the build script.
fn truthy(name: &str) -> bool {
    env::var(name).is_ok_and(|value| matches!(value.as_str(), "true" | "1" | "yes"))
}

#[cfg(test)]
mod tests;
