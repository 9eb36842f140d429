using TaskArithmetic.Caching;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Streaming;

/// <summary>
/// Which bytes the open input files hold. A digest is either remembered for a file that has provably not changed since, or is taken over the bytes
/// that the work itself reads; <see cref="RequireUnchanged"/> holds both to the end.
/// </summary>
internal sealed class InputDigests
{
    private readonly FileDigests memory;
    private readonly List<Input> inputs;

    /// <param name="files">The files; one that is open several times counts once.</param>
    /// <param name="memory">The remembered digests.</param>
    public InputDigests(IEnumerable<SafetensorsFile> files, FileDigests memory)
    {
        this.memory = memory;
        // Where there are no inodes, names must do.
        inputs = [.. files.Distinct().GroupBy(f => (f.Opened, f.Opened.Inode == 0 ? Path.GetFullPath(f.Path) : "")).Select(group => new Input([.. group]))];
        Recall();
    }

    /// <summary>Whether all digests are known.</summary>
    public bool Complete => inputs.TrueForAll(i => i.Digest is not null);

    /// <summary>
    /// Whether a file that differs from what was opened would be known by its status, at any time: only then may a later run go on with what this one finished.
    /// </summary>
    public bool ProvenByStatus => inputs.TrueForAll(i => i.ProvenByStatus);

    /// <summary>The digest of a file, lower-case hex.</summary>
    public string Of(SafetensorsFile file) => InputOf(file).Digest!;

    /// <summary>Whether a digest is known.</summary>
    public bool Knows(SafetensorsFile file) => InputOf(file).Digest is not null;

    /// <summary>Looks up what is remembered, also by processes that ran beside this one.</summary>
    public void Recall()
    {
        foreach (var input in inputs.Where(i => i.Digest is null))
        {
            input.Digest = input.Files.Select(f => memory.Remembered(f.Path, f.Opened)).FirstOrDefault(d => d is not null);
            input.ProvenByStatus |= input.Digest is not null || (input.First.MakeWritesNoticeable() && FileDigests.IsSettled(input.First.Opened));
        }
    }

    /// <summary>Reads every file whose digest is not known.</summary>
    /// <exception cref="DiagnosticException">TA2001 a file cannot be read or changed while it was.</exception>
    public void ReadMissing(int threads, CancellationToken cancellationToken)
    {
        using var hashing = Start([]);
        Finish(hashing, threads, cancellationToken);
        RequireUnchanged();
    }

    /// <summary>Begins to hash the files whose digests are not known, over the bytes that the work hands in.</summary>
    /// <param name="reads">What the work will read, in the order in which it begins to.</param>
    public InputHashing Start(IEnumerable<PlannedRead> reads) => new([.. inputs.Where(i => i.Digest is null).Select(i => i.First)], reads);

    /// <summary>Reads what the work did not and keeps the digests.</summary>
    public void Finish(InputHashing hashing, int threads, CancellationToken cancellationToken)
    {
        foreach (var (file, digest) in hashing.Finish(threads, cancellationToken))
            InputOf(file).Read = InputOf(file).Digest = digest;
    }

    /// <summary>
    /// What was made speaks of the digests, so the files must still be what they were when they were opened. Digests that were read are remembered then.
    /// </summary>
    /// <exception cref="DiagnosticException">TA2001 a file changed while it was read.</exception>
    public void RequireUnchanged()
    {
        foreach (var input in inputs)
        {
            if (!input.First.IsUnchanged)
                throw SafetensorsDiagnostics.Changed(input.First.Path);
            if (input is not { Read: { } digest, ProvenByStatus: true })
                continue;
            foreach (var path in input.Files.Select(f => f.Path).Distinct())
                memory.Remember(path, input.First.Opened, digest);
            input.Read = null;
        }
    }

    private Input InputOf(SafetensorsFile file) => inputs.First(i => i.Files.Contains(file));

    private sealed class Input(IReadOnlyList<SafetensorsFile> files)
    {
        public IReadOnlyList<SafetensorsFile> Files => files;

        public SafetensorsFile First => files[0];

        public string? Digest { get; set; }

        /// <summary>The digest if it was read rather than remembered, until it is.</summary>
        public string? Read { get; set; }

        public bool ProvenByStatus { get; set; }
    }
}
