//! The three situations (a folder, only the release page, neither) and the rest of the build script's order.

use super::*;

const TARGET: &str = "x86_64-unknown-linux-gnu";
const FILE: &str = "librusty_v8_release_x86_64-unknown-linux-gnu.a.gz";
const RELEASE_URL: &str =
    "https://github.com/denoland/rusty_v8/releases/download/v152.2.0/librusty_v8_release_x86_64-unknown-linux-gnu.a.gz";

/// What `.cargo/config.toml` sets.
fn setting() -> Setting {
    Setting {
        archive: None,
        mirror: Some("checkout/../shared/rusty_v8".into()),
        fallback: true,
        from_source: false,
        fetches_nothing: None,
        tag: "v152.2.0".into(),
        version: "152.2.0".into(),
        target: TARGET.into(),
        build: "release",
        cache: Some("home/.rusty_v8".into()),
        unpacked: "target/debug/gn_out/obj/librusty_v8.a".into(),
    }
}

/// A machine that has these files and reaches these addresses. Folders are what files lie in.
fn find(setting: &Setting, files: &[&str], urls: &[&str]) -> Result<Source, Missing> {
    setting.find(&World {
        is_file: &|path| files.iter().any(|file| Path::new(file) == path),
        is_dir: &|path| files.iter().any(|file| Path::new(file).parent() == Some(path)),
        reachable: &|url| urls.contains(&url).then_some(()).ok_or_else(|| "not reachable".to_owned()),
    })
}

#[test]
fn the_folder_beside_the_checkout_comes_first() {
    let file = format!("checkout/../shared/rusty_v8/{FILE}");
    assert_eq!(find(&setting(), &[&file], &[RELEASE_URL]), Ok(Source::Artifact(file.clone())));
    let tagged = format!("checkout/../shared/rusty_v8/v152.2.0/{FILE}");
    assert_eq!(find(&setting(), &[&file, &tagged], &[]), Ok(Source::Artifact(tagged.clone())));
}

#[test]
fn without_a_folder_the_release_page_is_asked() {
    assert_eq!(find(&setting(), &[], &[RELEASE_URL]), Ok(Source::Artifact(RELEASE_URL.into())));
}

#[test]
fn with_neither_the_message_names_what_was_tried_and_the_ways_out() {
    let missing = find(&setting(), &[], &[]).unwrap_err();
    assert_eq!(missing.tried.len(), 4);
    let notice = missing.notice("tests on V8 did not run", &["the tests on real V8"]);
    for part in [
        "V8 IS MISSING: tests on V8 did not run",
        "the tests on real V8",
        "checkout/../shared/rusty_v8/",
        RELEASE_URL,
        "`../shared/rusty_v8`",
        FILE,
        "RUSTY_V8_ARCHIVE",
        "RUSTY_V8_MIRROR",
    ] {
        assert!(notice.contains(part), "{part} is not in {notice}");
    }
}

#[test]
fn a_mirror_without_fallback_never_reaches_the_release_page() {
    let setting = Setting { fallback: false, ..setting() };
    assert!(find(&setting, &[], &[RELEASE_URL]).is_err());
}

#[test]
fn an_archive_that_is_named_is_the_only_candidate() {
    let mirror = format!("checkout/../shared/rusty_v8/{FILE}");
    let file = Setting { archive: Some("own/lib.a".into()), ..setting() };
    assert_eq!(find(&file, &["own/lib.a", &mirror], &[]), Ok(Source::Artifact("own/lib.a".into())));
    assert!(find(&file, &[&mirror], &[RELEASE_URL]).is_err());

    let folder = Setting { archive: Some("own".into()), ..setting() };
    let (gzipped, plain) = (format!("own/{FILE}"), format!("own/{}", FILE.trim_end_matches(".gz")));
    assert_eq!(find(&folder, &[&gzipped, &plain], &[]), Ok(Source::Artifact(gzipped.clone())));
    assert_eq!(find(&folder, &[&plain], &[]), Ok(Source::Artifact(plain.clone())));
}

#[test]
fn a_remote_mirror_has_no_flat_layout_and_a_template_is_expanded() {
    let world = World { is_file: &|_| false, is_dir: &|_| false, reachable: &|_| Ok(()) };
    let remote = Setting { mirror: Some("https://mirror.example".into()), ..setting() };
    assert_eq!(remote.candidates(&world), [format!("https://mirror.example/v152.2.0/{FILE}"), RELEASE_URL.into()]);
    let template =
        Setting { mirror: Some("https://m.example/{version}/{profile}{features}/{file}".into()), ..setting() };
    assert_eq!(template.candidates(&world)[0], format!("https://m.example/152.2.0/release/{FILE}"));
}

#[test]
fn an_earlier_download_needs_no_network() {
    let cached = "home/.rusty_v8/v152_2_0_librusty_v8_release_x86_64_unknown_linux_gnu_a_gz";
    assert_eq!(find(&setting(), &[cached], &[]), Ok(Source::Cached(cached.into())));
}

#[test]
fn an_unpacked_library_is_linked_as_it_is() {
    let unpacked = "target/debug/gn_out/obj/librusty_v8.a";
    let found = find(&setting(), &[unpacked], &[]).unwrap();
    assert_eq!(found, Source::Unpacked(unpacked.into()));
    assert_eq!(found.environment(), [("RUSTY_V8_SKIP_DOWNLOAD", "1")]);
}

#[test]
fn variables_that_fetch_nothing_are_obeyed() {
    let mirror = format!("checkout/../shared/rusty_v8/{FILE}");
    let unpacked = "target/debug/gn_out/obj/librusty_v8.a";
    let skip = Setting { fetches_nothing: Some("RUSTY_V8_SKIP_DOWNLOAD"), ..setting() };
    assert!(find(&skip, &[&mirror], &[RELEASE_URL]).is_err());
    assert_eq!(find(&skip, &[unpacked], &[]), Ok(Source::Unpacked(unpacked.into())));
    let docs = Setting { fetches_nothing: Some("DOCS_RS"), ..setting() };
    assert!(find(&docs, &[&mirror, unpacked], &[RELEASE_URL]).is_err());
}

#[test]
fn the_default_mirror_is_that_of_the_cargo_configuration() {
    let config = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../.cargo/config.toml"));
    assert!(config.contains(&format!("RUSTY_V8_MIRROR = {{ value = \"{MIRROR}\", relative = true }}")));
    assert!(config.contains("RUSTY_V8_MIRROR_FALLBACK = \"1\""));
}
