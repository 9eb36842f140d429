using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace TaskArithmetic.Evaluation.Execution;

/// <summary>
/// The classic BPF program that bubblewrap loads before the Python runner starts: threads yes, processes no, and nothing
/// that reaches other processes or the kernel's lesser-tested parts. It makes fork bombs and leftover daemons impossible
/// for every user, root included, whom <c>RLIMIT_NPROC</c> does not bind.
/// </summary>
internal static class SeccompFilter
{
    private const ushort LoadWord = 0x20, JumpIfEqual = 0x15, JumpIfAtLeast = 0x35, JumpIfAnySet = 0x45, Return = 0x06;
    private const uint Allow = 0x7FFF0000, KillProcess = 0x80000000, Errno = 0x00050000;
    private const uint NotPermitted = 1, NotImplemented = 38;
    private const uint OffsetOfNumber = 0, OffsetOfArchitecture = 4, OffsetOfFirstArgument = 16;
    private const uint ForeignAbi = 0x40000000, CloneThread = 0x10000;

    /// <summary>The system calls of the running machine, or null on an architecture without a table.</summary>
    public static SystemCalls? ForThisMachine => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => SystemCalls.X64,
        Architecture.Arm64 => SystemCalls.Arm64,
        _ => null,
    };

    /// <summary>The program as the array of <c>struct sock_filter</c> that bubblewrap reads from a file descriptor.</summary>
    public static byte[] Compile(SystemCalls calls)
    {
        var program = new List<(ushort Code, byte IfTrue, byte IfFalse, uint Operand)>
        {
            (LoadWord, 0, 0, OffsetOfArchitecture),
            (JumpIfEqual, 1, 0, calls.AuditArchitecture),
            (Return, 0, 0, KillProcess),
            (LoadWord, 0, 0, OffsetOfNumber),
        };
        if (calls.HasForeignAbi)
        {
            program.Add((JumpIfAtLeast, 0, 1, ForeignAbi));
            program.Add((Return, 0, 0, KillProcess));
        }
        program.AddRange(
        [
            // A filter cannot look behind clone3's pointer; told that it does not exist, libc falls back to clone.
            (JumpIfEqual, 0, 1, calls.Clone3),
            (Return, 0, 0, Errno | NotImplemented),
            (JumpIfEqual, 0, 4, calls.PlainClone),
            (LoadWord, 0, 0, OffsetOfFirstArgument),
            (JumpIfAnySet, 0, 1, CloneThread),
            (Return, 0, 0, Allow),
            (Return, 0, 0, Errno | NotPermitted),
        ]);
        for (var i = 0; i < calls.Refused.Count; i++)
            program.Add((JumpIfEqual, (byte)(calls.Refused.Count - i), 0, calls.Refused[i]));
        program.Add((Return, 0, 0, Allow));
        program.Add((Return, 0, 0, Errno | NotPermitted));
        return Encode(program);
    }

    private static byte[] Encode(List<(ushort Code, byte IfTrue, byte IfFalse, uint Operand)> program)
    {
        var bytes = new byte[program.Count * 8];
        for (var i = 0; i < program.Count; i++)
        {
            var instruction = bytes.AsSpan(i * 8, 8);
            BinaryPrimitives.WriteUInt16LittleEndian(instruction, program[i].Code);
            instruction[2] = program[i].IfTrue;
            instruction[3] = program[i].IfFalse;
            BinaryPrimitives.WriteUInt32LittleEndian(instruction[4..], program[i].Operand);
        }
        return bytes;
    }
}
