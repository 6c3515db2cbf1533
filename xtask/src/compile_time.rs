//! stub
use crate::workspace::Workspace;
pub(crate) fn run(_: &Workspace, _: &[String]) -> Result<(), String> {
    Ok(())
}
