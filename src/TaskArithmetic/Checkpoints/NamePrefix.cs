
namespace TaskArithmetic.Checkpoints;

/// <summary>A text that stands before every tensor name of one model and of no other: one misfit, not one for each tensor.</summary>
/// <param name="Text">The text, such as <c>language_model.</c>.</param>
/// <param name="IsDonors">Whether the donor has it, rather than the target.</param>
internal readonly record struct NamePrefix(string Text, bool IsDonors)
{
    /// <summary>The prefix that keeps a donor from fitting; null where some names fit as they are, or none would.</summary>
    public static NamePrefix? Between(Checkpoint donor, Checkpoint target)
    {
        if (donor.Tensors.Count == 0 || donor.Tensors.Keys.Any(target.Tensors.ContainsKey))
            return null;
        if (Find(donor, target) is { } ofDonor)
            return new NamePrefix(ofDonor, IsDonors: true);
        return Find(target, donor) is { } ofTarget ? new NamePrefix(ofTarget, IsDonors: false) : null;
    }

    /// <summary>The donor with the target's way of naming, so that everything else about it can be checked as well.</summary>
    public Checkpoint Apply(Checkpoint donor)
    {
        var (text, isDonors) = this;
        return donor.Renamed(name => isDonors ? name[text.Length..] : text + name);
    }

    private static string? Find(Checkpoint longer, Checkpoint shorter)
    {
        var shortest = shorter.Tensors.Keys.MinBy(name => name.Length);
        return shortest is null
            ? null
            : longer.Tensors.Keys
                .Where(name => name.EndsWith("." + shortest, StringComparison.Ordinal))
                .Select(name => name[..^shortest.Length])
                .FirstOrDefault(prefix => longer.Tensors.Keys.All(name => name.StartsWith(prefix, StringComparison.Ordinal) && shorter.Tensors.ContainsKey(name[prefix.Length..])));
    }
}
