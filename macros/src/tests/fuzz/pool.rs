//! Real items: the sources of this workspace and of the packages it depends on, wherever cargo keeps them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{ImplItem, Item, Meta, TraitItem};

use super::rng::Rng;
use super::tree::{Node, nodes, size};

/// Larger items are mostly body, which the macros hardly look at.
const LARGEST: usize = 400;

pub(super) struct Pool {
    pub(super) functions: Vec<Vec<Node>>,
    /// The functions of this workspace that are annotated already: what their attribute says, and the rest.
    pub(super) annotated: Vec<(Vec<Node>, Vec<Node>)>,
    pub(super) types: Vec<Vec<Node>>,
    pub(super) others: Vec<Vec<Node>>,
}

impl Pool {
    /// Items for that many inputs: the more of them, the more files.
    pub(super) fn new(seed: u64, inputs: usize) -> Self {
        let mut rng = Rng::new(seed, usize::MAX);
        let (own, foreign) = packages();
        let mut pool = Self { functions: Vec::new(), annotated: Vec::new(), types: Vec::new(), others: Vec::new() };
        pool.read(&mut rng, rust_files(&own), (inputs / 40).clamp(40, 1_000));
        pool.read(&mut rng, rust_files(&foreign), (inputs / 40).clamp(25, 1_000));
        let kinds = [pool.functions.len(), pool.annotated.len(), pool.types.len(), pool.others.len()];
        assert!(kinds.iter().all(|&items| items > 3), "too few real items on this machine: {kinds:?}");
        pool
    }

    /// Reads up to `most` of the files.
    fn read(&mut self, rng: &mut Rng, mut files: Vec<PathBuf>, most: usize) {
        for _ in 0..most.min(files.len()) {
            let file = files.swap_remove(rng.below(files.len()));
            // Not all of them are whole files, some are for other editions or not Rust on purpose.
            let Ok(text) = fs::read_to_string(&file) else { continue };
            let Ok(file) = syn::parse_file(&text) else { continue };
            file.items.iter().for_each(|item| self.item(item));
        }
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Fn(function) => {
                self.function(item);
                function.block.stmts.iter().for_each(|stmt| {
                    if let syn::Stmt::Item(item) = stmt {
                        self.item(item);
                    }
                });
            }
            Item::Struct(_) | Item::Enum(_) | Item::Union(_) => keep(&mut self.types, item),
            Item::Mod(module) => module.content.iter().flat_map(|(_, items)| items).for_each(|item| self.item(item)),
            Item::Impl(implementation) => {
                let functions = implementation.items.iter().filter(|item| matches!(item, ImplItem::Fn(_)));
                functions.for_each(|function| self.function(function));
            }
            Item::Trait(definition) => {
                let functions = definition.items.iter().filter(|item| matches!(item, TraitItem::Fn(_)));
                functions.for_each(|function| self.function(function));
            }
            other => keep(&mut self.others, other),
        }
    }

    fn function(&mut self, item: &impl ToTokens) {
        if let Ok(mut function) = syn::parse2::<syn::ItemFn>(item.to_token_stream()) {
            let annotation = function.attrs.iter().position(|attr| attr.path().is_ident("isolate_fn"));
            if let Some(annotation) = annotation {
                let attr = match function.attrs.remove(annotation).meta {
                    Meta::List(list) => list.tokens,
                    _ => TokenStream::new(),
                };
                return self.annotated.push((nodes(attr), nodes(function.into_token_stream())));
            }
        }
        keep(&mut self.functions, item);
    }
}

fn keep(items: &mut Vec<Vec<Node>>, item: &impl ToTokens) {
    let item = nodes(item.to_token_stream());
    if size(&item) <= LARGEST {
        items.push(item);
    }
}

/// The folders of the workspace's packages, and of those they depend on here.
fn packages() -> (Vec<PathBuf>, Vec<PathBuf>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in its workspace").to_path_buf();
    let metadata = |arguments: &[&str]| {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(&root).args(["metadata", "--format-version=1", "--offline"]).args(arguments);
        let output = cargo.output().expect("cargo can be run");
        let text = String::from_utf8(output.stdout).expect("cargo writes UTF-8");
        output.status.success().then(|| folders(&text))
    };
    let own = metadata(&["--no-deps"]).expect("cargo reads the workspace");
    // Without the filter it wants the packages of all platforms.
    let filter = format!("--filter-platform={}", host());
    let all = metadata(&[&filter]).unwrap_or_else(|| {
        println!("the dependencies' sources aren't here: the fuzzed items are the workspace's own");
        own.clone()
    });
    let foreign: Vec<_> = all.into_iter().filter(|folder| !own.contains(folder)).collect();
    (own, foreign)
}

fn host() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-vV").output().expect("rustc can be run");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().find_map(|line| line.strip_prefix("host: ")).expect("`rustc -vV` names the host").to_owned()
}

/// The manifests that the JSON names. Their paths are the only thing wanted of it.
fn folders(json: &str) -> Vec<PathBuf> {
    let manifests = json.split("\"manifest_path\":\"").skip(1).filter_map(|rest| rest.split('"').next());
    let mut folders: Vec<_> =
        manifests.filter_map(|path| Path::new(&path.replace("\\\\", "\\")).parent().map(Path::to_path_buf)).collect();
    folders.sort();
    folders.dedup();
    folders
}

fn rust_files(folders: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    folders.iter().for_each(|folder| collect(folder, &mut files));
    files.sort();
    files.dedup();
    files
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            if path.file_name() != Some(OsStr::new("target")) {
                collect(&path, files);
            }
        } else if path.extension() == Some(OsStr::new("rs")) {
            files.push(path);
        }
    }
}
