namespace TaskArithmetic.Evaluation.Execution;

/// <summary>Numbers of the system calls that a program in the sandbox is refused, for one architecture.</summary>
/// <param name="AuditArchitecture">The kernel's <c>AUDIT_ARCH_*</c> value.</param>
/// <param name="HasForeignAbi">Whether numbers from 0x40000000 on select a second ABI (x32).</param>
/// <param name="PlainClone">Number of <c>clone</c>.</param>
/// <param name="Clone3">Number of <c>clone3</c>.</param>
/// <param name="Refused">Calls that always fail.</param>
/// <remarks>
/// Refused are: processes (fork, vfork), signals to others (kill, tkill, rt_sigqueueinfo, rt_tgsigqueueinfo,
/// pidfd_send_signal), other processes' memory and files (ptrace, process_vm_readv, process_vm_writev, pidfd_getfd, kcmp),
/// namespaces and mounts (unshare, setns, mount, umount2, pivot_root, chroot, open_tree, move_mount, fsopen, fsmount,
/// name_to_handle_at, open_by_handle_at), memory that no limit counts (shmget, memfd_create), and kernel surface that no
/// benchmark needs (keyctl, add_key, request_key, bpf, userfaultfd, perf_event_open, io_uring_setup, io_uring_enter,
/// io_uring_register, kexec_load, init_module, finit_module, delete_module), in this order.
/// </remarks>
internal sealed record SystemCalls(
    uint AuditArchitecture, bool HasForeignAbi, uint PlainClone, uint Clone3, IReadOnlyList<uint> Refused)
{
    /// <summary>x86-64, from the kernel's <c>arch/x86/entry/syscalls/syscall_64.tbl</c>.</summary>
    public static SystemCalls X64 { get; } = new(
        0xC000003E, true, 56, 435,
        [57, 58, 62, 200, 129, 297, 424, 101, 310, 311, 438, 312, 272, 308, 165, 166, 155, 161, 428, 429, 430, 432, 303, 304, 29, 319, 250, 248, 249, 321, 323, 298, 425, 426, 427, 246, 175, 313, 176]);

    /// <summary>Arm64, from the kernel's <c>include/uapi/asm-generic/unistd.h</c>; it has no fork and vfork.</summary>
    public static SystemCalls Arm64 { get; } = new(
        0xC00000B7, false, 220, 435,
        [129, 130, 138, 240, 424, 117, 270, 271, 438, 272, 97, 268, 40, 39, 41, 51, 428, 429, 430, 432, 264, 265, 194, 279, 219, 217, 218, 280, 282, 241, 425, 426, 427, 104, 105, 273, 106]);
}
