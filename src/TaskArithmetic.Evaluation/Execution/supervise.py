# Runs the command that follows and ends with its status. When the command ends, when SIGTERM comes or when whoever
# started this ends, everything that the command left is ended first, wherever it hid: as a "child subreaper" this
# process inherits every orphan below it, so that it has no children only when nothing is left. A session, a group or
# an environment of its own, ignored signals and closed files change nothing about that.
import os
import signal
import sys
import time

MOST_PROCESSES = 256


def adopt_orphans():
    try:
        import ctypes
        prctl = ctypes.CDLL(None).prctl
        prctl(1, signal.SIGTERM, 0, 0, 0)  # PR_SET_PDEATHSIG
        prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
    except Exception:
        pass  # No Linux, or a Python without ctypes: what left the command's session is then out of reach.


def limit_processes():
    """The most that the command may start, as far as this user can set it; returns a control group to be removed."""
    try:
        if os.getuid() != 0:
            import resource
            # What the user runs already counts as well.
            most = count_threads() + MOST_PROCESSES
            hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
            resource.setrlimit(resource.RLIMIT_NPROC, (most if hard < 0 else min(most, hard), hard))
            return None
        # The limit of a user does not bind root; a control group does.
        with open("/proc/self/cgroup") as file:
            lines = [line.rstrip("\n").split(":", 2) for line in file]
        for _, controllers, path in lines:
            if controllers in ("", "pids"):
                parent = "/sys/fs/cgroup/" + (controllers + path)
                folder = parent + "/taskarithmetic-%d" % os.getpid()
                try:
                    # What supervisors that were killed could not remove.
                    for entry in os.listdir(parent):
                        name, _, number = entry.partition("-")
                        if name == "taskarithmetic" and not os.path.exists("/proc/" + number):
                            remove(parent + "/" + entry)
                    os.mkdir(folder)
                    with open(folder + "/pids.max", "w") as file:
                        file.write(str(MOST_PROCESSES))
                    return folder
                except OSError:
                    remove(folder)
    except Exception:
        pass
    return None


def count_threads():
    count = 0
    for entry in os.listdir("/proc"):
        try:
            if entry.isdigit() and os.stat("/proc/" + entry).st_uid == os.getuid():
                count += len(os.listdir("/proc/" + entry + "/task"))
        except OSError:
            pass  # Ended meanwhile.
    return count


def remove(folder):
    try:
        os.rmdir(folder)
    except OSError:
        pass


def descendants():
    children = {}
    try:
        entries = os.listdir("/proc")
    except OSError:
        return []
    for entry in entries:
        if entry.isdigit():
            try:
                with open("/proc/" + entry + "/stat", "rb") as file:
                    text = file.read()
                children.setdefault(int(text[text.rindex(b")") + 2:].split()[1]), []).append(int(entry))
            except (OSError, ValueError, IndexError):
                pass  # Ended meanwhile.
    found = []
    waiting = [os.getpid()]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def send(process, number):
    try:
        os.kill(process, number)
    except OSError:
        pass


def end_everything(command):
    send(-command, signal.SIGKILL)
    send(command, signal.SIGKILL)
    while True:
        # Stopped before they are killed: what is stopped does not fork meanwhile.
        found = descendants()
        for process in found:
            send(process, signal.SIGSTOP)
        for process in found:
            send(process, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.005)


def main():
    signals = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD, signal.SIGALRM}
    starter = os.getppid()
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    adopt_orphans()
    group = limit_processes()
    command = os.fork()
    if command == 0:
        try:
            if group:
                with open(group + "/cgroup.procs", "w") as file:
                    file.write("0")
        except OSError:
            pass
        signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)
        os.execv(sys.argv[1], sys.argv[1:])
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    signal.setitimer(signal.ITIMER_REAL, 0.1, 0.1)
    status = None
    while status is None and os.getppid() == starter:
        came = signal.sigwait(signals)
        if came == signal.SIGALRM and len(descendants()) <= MOST_PROCESSES:
            continue
        if came != signal.SIGCHLD:
            break
        while status is None:
            ended, ending = os.waitpid(-1, os.WNOHANG)
            if ended == 0:
                break
            if ended == command:
                status = ending
    end_everything(command)
    if group:
        remove(group)
    if status is None:
        os._exit(128 + signal.SIGKILL)
    os._exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))


main()
