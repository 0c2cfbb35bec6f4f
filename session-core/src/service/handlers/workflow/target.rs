//! What a workflow runs on: its file, what that may import, and the session, found or made.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use greenroom_policy::AccessMode;
use serde_json::json;

use crate::backend::Size;
use crate::error::{Error, Kind, Result};
use crate::op::{Access, Connect, Open, Operation, RunWorkflow};
use crate::script::{LoadedWorkflow, WorkflowFile};
use crate::service::dispatch::{DEFAULT_TIMEOUT, Stage};
use crate::service::open::carry_out;
use crate::session::{Session, on_disk};
use crate::store::{SessionName, Status};

impl RunWorkflow {
    /// The file, and where it may import others from: the workspace where it is in it, else its own package, else its folder.
    pub(super) async fn file(&self, stage: &Stage) -> Result<WorkflowFile> {
        let layout = stage.service.shared.store.layout().clone();
        let path = self.file.clone();
        let export = self.export.clone();
        let params = self.params.clone().map_or_else(|| json!({}), |params| params.0);
        let production = stage.production;
        on_disk(move || {
            let found = path
                .canonicalize()
                .map_err(|error| no_file(&path, &error.to_string()))?;
            if !found.is_file() {
                return Err(no_file(&path, "it is no file"));
            }
            let real = |folder: &Path| folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
            Ok(WorkflowFile {
                root: root_of(&found, &real(layout.workspace())),
                hidden: real(layout.root()),
                path: found,
                export,
                params,
                production,
            })
        })
        .await
    }

    /// The session to run in, and whether it was made for that.
    pub(super) async fn session(&self, loaded: &LoadedWorkflow, stage: &mut Stage) -> Result<(Arc<Session>, bool)> {
        if let Some(name) = &stage.named {
            let name: SessionName = name.parse()?;
            if let Some(session) = stage.service.known(&name) {
                self.suits(&session)?;
                stage.is_about(&session);
                return Ok((session, false));
            }
        }
        let is_named = stage.named.is_some();
        let plan = match &self.cdp {
            Some(endpoint) => self.connect(endpoint)?.plan(stage)?,
            None => self.open(loaded).plan(stage)?,
        };
        let call = stage.call.clone();
        stage.call = call.at_most(DEFAULT_TIMEOUT);
        let opened = carry_out(plan, stage).await;
        stage.call = call;
        let session = stage.session().cloned();
        if let (false, Ok(session)) = (is_named, &session) {
            stage.notes.push(format!("session {}", session.name()));
        }
        opened?;
        let session = session?;
        if self.cdp.is_some() {
            // Its page is somebody's: what the workflow wants of it is done as in a session that was there.
            return Ok((session, false));
        }
        Ok((session, true))
    }

    fn open(&self, loaded: &LoadedWorkflow) -> Open {
        let wanted = loaded.viewport.map(|wanted| Size {
            width: wanted.width,
            height: wanted.height,
        });
        let this = self.clone();
        Open {
            url: loaded.start_url.clone(),
            display: this.display,
            backend: this.backend,
            browser: this.browser,
            webdriver_url: this.webdriver_url,
            driver: this.driver,
            viewport: this.viewport.or(wanted),
            storage: this.storage,
            browser_profile: this.browser_profile,
            access: this.access,
            dialogs: this.dialogs,
            own_process: this.own_process,
            arg: this.arg,
            proxy: this.proxy,
            locale: this.locale,
            timezone: this.timezone,
            user_agent: this.user_agent,
            header: this.header,
            ignore_https_errors: this.ignore_https_errors,
            touch: this.touch,
            idle_timeout: this.idle_timeout,
            max_duration: this.max_duration,
            test_id_attribute: this.test_id_attribute,
            record_user_actions: this.record_user_actions,
            no_redact: this.no_redact,
            ..Open::default()
        }
    }

    fn connect(&self, endpoint: &str) -> Result<Connect> {
        let this = Self {
            cdp: None,
            backend: None,
            ..self.clone()
        };
        let connect = Connect {
            endpoint: endpoint.to_owned(),
            backend: self.backend.clone(),
            webdriver_session: None,
            access: this.access,
            dialogs: this.dialogs.clone(),
            idle_timeout: this.idle_timeout,
            max_duration: this.max_duration,
            test_id_attribute: this.test_id_attribute.clone(),
            record_user_actions: this.record_user_actions,
            no_redact: this.no_redact,
        };
        let rest = Self {
            access: None,
            dialogs: None,
            idle_timeout: None,
            max_duration: None,
            test_id_attribute: None,
            record_user_actions: None,
            no_redact: false,
            ..this
        };
        match rest.options().first() {
            None => Ok(connect),
            Some(option) => Err(Error::new(
                Kind::Usage,
                format!("`--{option}` is for a browser of ours, and does not go with `--cdp`"),
            )),
        }
    }

    /// The options of a session that were given, by their flags.
    fn options(&self) -> Vec<String> {
        let given = serde_json::to_value(self).unwrap_or_default();
        let default = serde_json::to_value(Self::default()).unwrap_or_default();
        let options = Self::SPEC.params.iter().filter(|param| {
            let key = param.key();
            !["file", "export", "params", "access"].contains(&param.field) && given[&key] != default[&key]
        });
        let flag = |param: &crate::op::ParamSpec| match given[param.key()].as_str() {
            Some(word) if param.shape == crate::op::Shape::Flags => word.to_owned(),
            _ => param.flag(),
        };
        options.map(flag).collect()
    }

    /// Whether a session that is there can be used as it is.
    fn suits(&self, session: &Session) -> Result<()> {
        let name = session.name();
        let options = self.options();
        if let Some(option) = options.first() {
            return Err(Error::new(
                Kind::NameInUse,
                format!("session `{name}` is open already, and `--{option}` is for a new one"),
            )
            .with_hint(format!("greenroom close --session {name}    # or another name")));
        }
        if self.access == Some(Access::WriteAccess) && session.access_mode() == AccessMode::ReadOnly {
            return Err(
                Error::new(Kind::Denied, format!("session `{name}` is read-only")).with_hint(format!(
                    "greenroom session-mode write-access --session {name}    # if it is yours to allow"
                )),
            );
        }
        if session.record().status == Status::Paused {
            return Err(
                Error::new(Kind::NameInUse, format!("a workflow of session `{name}` is paused")).with_hint(format!(
                    "greenroom resume --session {name}    # or: greenroom close --session {name}"
                )),
            );
        }
        Ok(())
    }
}

fn no_file(path: &Path, why: &str) -> Error {
    Error::new(Kind::Usage, format!("failed to read `{}`: {why}", path.display()))
        .with_hint("greenroom run FILE [EXPORT]")
}

/// The folder below which a file may import others.
fn root_of(file: &Path, workspace: &Path) -> PathBuf {
    if file.starts_with(workspace) {
        return workspace.to_owned();
    }
    let folders = || file.ancestors().skip(1);
    let package = folders().find(|folder| folder.join("package.json").is_file());
    package.or_else(|| folders().next()).unwrap_or(workspace).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_imported_from_the_workspace_or_the_package() {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path().canonicalize().unwrap();
        for dir in ["work/flows", "other/deep/down", "bare"] {
            std::fs::create_dir_all(top.join(dir)).unwrap();
        }
        std::fs::write(top.join("other/package.json"), "{}").unwrap();
        std::fs::write(top.join("work/flows/package.json"), "{}").unwrap();
        let workspace = top.join("work");
        for (file, root) in [
            ("work/flows/a.ts", "work"),
            ("other/deep/down/a.ts", "other"),
            ("bare/a.ts", "bare"),
            ("workshop.ts", ""),
        ] {
            let root = if root.is_empty() { top.clone() } else { top.join(root) };
            assert_eq!(root_of(&top.join(file), &workspace), root, "{file}");
        }
    }

    #[test]
    fn what_was_given_is_named_by_its_flag() {
        let run = RunWorkflow {
            file: "a.ts".into(),
            browser: Some("firefox".to_owned()),
            display: Some(crate::op::Display::Headless),
            own_process: true,
            access: Some(Access::ReadOnly),
            ..RunWorkflow::default()
        };
        assert_eq!(run.options(), ["headless", "browser", "own-process"]);
        assert!(
            run.connect("http://127.0.0.1:1")
                .unwrap_err()
                .message()
                .contains("`--headless`")
        );
    }
}
