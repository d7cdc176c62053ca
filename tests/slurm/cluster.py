"""A SLURM of one node on the loopback, with ports, key and folders of its own."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "scontrol", "scancel", "squeue")
# Where SLURM's programs look on a node: Snakemake's plugin takes SLURM's variables out of jobs.
SYSTEM = Path("/etc/slurm")
FILES = ("slurm.conf", "gres.conf")
SECONDS = 60  # in which a daemon starts or a state is reached


def why_not() -> str | None:
    """Why no SLURM can be started here; None if it can."""
    if os.geteuid() != 0:
        return "a SLURM of one's own needs root"
    if any((SYSTEM / name).exists() and not (SYSTEM / name).is_symlink() for name in FILES):
        return f"this machine has a SLURM already ({SYSTEM})"
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    return f"not installed: {', '.join(missing)} (Debian: slurm-wlm, munge)" if missing else None


def wait_until(reached: Callable[[], object], what: str, seconds: float = SECONDS) -> None:
    """Wait until `reached` is true; fail with `what` was waited for."""
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, f"waited {seconds} s for {what}"
        time.sleep(0.1)


class Cluster:
    """A running cluster; `folder` holds its configuration, state and logs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with ExitStack() as stack:
            sockets = [stack.enter_context(socket.socket()) for _ in range(2)]
            for each in sockets:
                each.bind(("127.0.0.1", 0))
            self.ports = [each.getsockname()[1] for each in sockets]

    def call(self, *command: str) -> str:
        """The output of one of SLURM's programs."""
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def running(self) -> list[str]:
        """The numbers of the jobs that run."""
        return self.call("squeue", "--noheader", "--states=RUNNING", "--format=%i").split()

    def state(self, job: str) -> str:
        """The state of a job."""
        return self.call("scontrol", "show", "job", job).split("JobState=")[1].split()[0]

    def node(self) -> str:
        """The state of the node."""
        shown = self.call("scontrol", "show", "node", "localhost")
        return shown.split("State=")[1].split()[0]

    def start(self) -> None:
        """Start all daemons, and wait until the node takes jobs."""
        self._configure()
        munged = ["munged", "--force", f"--socket={self.folder}/munge.socket"]
        munged += [f"--{kind}-file={self.folder}/munge.{kind}" for kind in MUNGE_FILES]
        subprocess.run(munged, check=True, capture_output=True, timeout=SECONDS)
        self.start_controller()
        subprocess.run(["slurmd", "-N", "localhost"], check=True, timeout=SECONDS)
        wait_until(lambda: self.node().startswith("IDLE"), "an idle node")

    def start_controller(self) -> None:
        subprocess.run(["slurmctld"], check=True, timeout=SECONDS)

    def stop_controller(self) -> None:
        self._end("slurmctld.pid")

    def stop(self) -> None:
        """Stop what was started, in whatever state it is."""
        for name in ("slurmd.pid", "slurmctld.pid", "munge.pid"):
            self._end(name)
        for name in FILES:
            (SYSTEM / name).unlink(missing_ok=True)

    def _end(self, pid_file: str) -> None:
        """End the daemon of a pid file, and the steps that it started."""
        try:
            daemon = psutil.Process(int((self.folder / pid_file).read_text()))
            family = [*daemon.children(recursive=True), daemon]
        except (OSError, ValueError, psutil.NoSuchProcess):
            return
        daemon.send_signal(signal.SIGTERM)
        _, alive = psutil.wait_procs(family, timeout=10)
        for process in alive:
            process.kill()
        psutil.wait_procs(alive, timeout=10)

    def _configure(self) -> None:
        self.folder.mkdir(parents=True)
        self.folder.chmod(0o755)
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        megabytes = psutil.virtual_memory().total // 2**20
        (self.folder / "slurm.conf").write_text(
            CONFIGURATION.format(
                folder=self.folder, ports=self.ports, memory=megabytes, cpus=os.cpu_count()
            )
        )
        # A bare count would drain the node.
        (self.folder / "gres.conf").write_text(
            "AutoDetect=off\nNodeName=localhost Name=gpu File=/dev/null\n"
        )
        SYSTEM.mkdir(exist_ok=True)
        for name in FILES:
            (SYSTEM / name).unlink(missing_ok=True)
            (SYSTEM / name).symlink_to(self.folder / name)


MUNGE_FILES = ("key", "pid", "seed", "log")
CONFIGURATION = """\
ClusterName=local
SlurmctldHost=localhost
SlurmctldAddr=127.0.0.1
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CryptoType=crypto/munge
AuthInfo=socket={folder}/munge.socket
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
ReturnToService=2
SwitchType=switch/none
MinJobAge=300
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
GresTypes=gpu
KillWait=2
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmdSpoolDir={folder}/spool
StateSaveLocation={folder}/state
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
NodeName=localhost NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory} Gres=gpu:1 State=UNKNOWN
PartitionName=debug Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


@contextmanager
def started(folder: Path) -> Iterator[Cluster]:
    """A cluster that is stopped in every case."""
    cluster = Cluster(folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
