//! An example that runs, until it is dropped.

use std::{
    env,
    error::Error,
    io::{BufRead as _, BufReader, Lines},
    path::PathBuf,
    process::{Child, ChildStdout, Command, Stdio},
};

pub(crate) struct Running {
    process: Child,
    base: String,
    /// Kept open, so that the example can go on printing.
    printed: Lines<BufReader<ChildStdout>>,
}

impl Running {
    /// Starts an example on a port that is free, and waits until it says which.
    pub(crate) fn start(name: &str) -> Result<Self, Box<dyn Error>> {
        Self::start_with(name, &[])
    }

    /// The same, with arguments.
    pub(crate) fn start_with(name: &str, arguments: &[&str]) -> Result<Self, Box<dyn Error>> {
        let mut process = command(name, "0")?
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let printed = process.stdout.take().ok_or("nothing is printed")?;
        let mut printed = BufReader::new(printed).lines();
        let base = loop {
            let line = printed.next().ok_or("it ended")??;
            if let Some(base) = base_in(&line) {
                break base;
            }
        };
        Ok(Self {
            process,
            base,
            printed,
        })
    }

    /// Where it can be reached.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// The next line that it prints.
    pub(crate) fn next_line(&mut self) -> Result<String, Box<dyn Error>> {
        Ok(self.printed.next().ok_or("it ended")??)
    }

    pub(crate) fn process(&mut self) -> &mut Child {
        &mut self.process
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// An example that is to listen on `port`.
pub(crate) fn command(name: &str, port: &str) -> Result<Command, Box<dyn Error>> {
    let mut command = Command::new(built(name)?);
    command.env("PORT", port);
    Ok(command)
}

/// Examples are built beside the directory that this test was built in.
fn built(name: &str) -> Result<PathBuf, Box<dyn Error>> {
    let test = env::current_exe()?;
    let profile = test
        .ancestors()
        .nth(2)
        .ok_or("a test in a target directory")?;
    let built = profile
        .join("examples")
        .join(format!("{name}{}", env::consts::EXE_SUFFIX));
    if !built.exists() {
        return Err(format!("`{name}` is not built: `cargo build --examples` builds it").into());
    }
    Ok(built)
}

/// The address that a line tells.
pub(crate) fn base_in(line: &str) -> Option<String> {
    let start = line.find("http://127.0.0.1:")?;
    let base = line.get(start..)?;
    let port = base.rfind(':')? + 1;
    let end = base
        .get(port..)?
        .find(|character: char| !character.is_ascii_digit())
        .map_or(base.len(), |digits| port + digits);
    base.get(..end).map(String::from)
}
