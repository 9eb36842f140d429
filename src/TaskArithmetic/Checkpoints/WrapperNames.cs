namespace TaskArithmetic.Checkpoints;

/// <summary>
/// Names that training wrappers leave in a checkpoint when the wrapped model is saved instead of the model: torch.compile, FSDP and
/// activation checkpointing put a segment anywhere, DataParallel and DeepSpeed put <c>module.</c> in front.
/// </summary>
internal static class WrapperNames
{
    private const string Front = "module";

    private static readonly string[] Segments = ["_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module", "_forward_module"];

    /// <summary>The name without what wrappers put into it.</summary>
    public static string Without(string name)
    {
        var parts = name.Split('.').Where(part => !Segments.Contains(part)).ToList();
        while (parts.Count > 1 && parts[0] == Front)
            parts.RemoveAt(0);
        return string.Join('.', parts);
    }

    /// <summary>Names that a wrapper had a hand in.</summary>
    public static IReadOnlySet<string> In(Checkpoint checkpoint) =>
        checkpoint.Tensors.Keys.Where(name => Without(name) != name).ToHashSet(StringComparer.Ordinal);

    /// <summary>
    /// Gives all checkpoints of one merge the names of the unwrapped model, unless every one of them carries the same wrapped names: then
    /// the names fit each other as they are, and belong to the target.
    /// </summary>
    /// <returns>The checkpoint to use in the place of each, and what was dropped from which.</returns>
    public static IReadOnlyDictionary<Checkpoint, (Checkpoint Unwrapped, IReadOnlyList<string> Dropped)> Drop(IReadOnlyList<Checkpoint> checkpoints)
    {
        var wrapped = checkpoints.ToDictionary(c => c, In);
        if (checkpoints.Count == 0 || wrapped.Values.All(names => names.SetEquals(wrapped[checkpoints[0]])))
            return checkpoints.ToDictionary(c => c, c => (c, (IReadOnlyList<string>)[]));
        return checkpoints.ToDictionary(c => c, c => wrapped[c].Count > 0 && IsUnambiguous(c) ? (c.Renamed(Without), SegmentsOf(wrapped[c])) : (c, []));
    }

    /// <summary>Two names that become one would lose a tensor.</summary>
    private static bool IsUnambiguous(Checkpoint checkpoint) =>
        checkpoint.Tensors.Keys.Select(Without).Distinct(StringComparer.Ordinal).Count() == checkpoint.Tensors.Count;

    private static IReadOnlyList<string> SegmentsOf(IEnumerable<string> names) =>
        [.. names.SelectMany(n => n.Split('.')).Where(part => part == Front || Segments.Contains(part)).Distinct().Select(part => part + ".").Order(StringComparer.Ordinal)];
}
