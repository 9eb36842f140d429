namespace TaskArithmetic.Recipes;

/// <summary>A model as mergekit's files name one.</summary>
/// <param name="Path">Folder, name of a repository with its revision, or name of a document.</param>
/// <param name="Adapter">A LoRA adapter to merge into it; null for none.</param>
internal sealed record MergeKitModel(string Path, string? Adapter)
{
    private const string Expected = "a model (PATH, PATH+ADAPTER, or a mapping of model and lora)";

    /// <summary>Reads <c>path[@revision][+lora]</c>, or the mapping that mergekit writes for it; null where it is neither.</summary>
    public static MergeKitModel? Read(MergeKitPlace place)
    {
        if (place.Node is MergeKitMap)
            return ReadMap(place);
        if (!place.TryText(Expected, out var text))
            return null;
        var parts = text.Split('+');
        if (parts.Length > 2 || parts.Any(p => p.Trim().Length == 0))
        {
            place.Findings.Add(MergeKitDiagnostics.BadModel(place.Where, place.File, text, parts.Length > 2 ? "it has more than one '+', and one adapter is merged at most" : "a part of it is empty"));
            return null;
        }
        return new MergeKitModel(WithoutIdleRevision(place, parts[0]), parts.Length == 2 ? WithoutIdleRevision(place, parts[1]) : null);
    }

    /// <summary>As a file names it.</summary>
    public override string ToString() => Adapter is null ? Path : $"{Path}+{Adapter}";

    private static MergeKitModel? ReadMap(MergeKitPlace place)
    {
        var entries = place.Entries(Expected, "model", "lora", "override_architecture");
        if (entries.TryGetValue("override_architecture", out var architecture) && !architecture.IsNull)
            place.Findings.Add(MergeKitDiagnostics.NotSupported(architecture.Where, place.File, "another architecture cannot be forced onto a model; its config.json and tensor names decide. Leave the key out"));
        if (!entries.TryGetValue("model", out var model))
        {
            place.Findings.Add(MergeKitDiagnostics.KeyMissing(place.Where, place.File, "the key 'model' is missing. Name the model"));
            return null;
        }
        var path = ReadPath(model);
        var adapter = entries.TryGetValue("lora", out var lora) && !lora.IsNull ? ReadPath(lora) : null;
        return path is null ? null : new MergeKitModel(path, adapter);
    }

    private static string? ReadPath(MergeKitPlace place)
    {
        if (place.Node is not MergeKitMap)
            return place.TryText("a path", out var text) ? text : null;
        var entries = place.Entries("a path, or a mapping of path and revision", "path", "revision");
        if (!entries.TryGetValue("path", out var path) || !path.TryText("a path", out var folder))
        {
            if (path is null)
                place.Findings.Add(MergeKitDiagnostics.KeyMissing(place.Where, place.File, "the key 'path' is missing. Name the model's folder"));
            return null;
        }
        return entries.TryGetValue("revision", out var revision) && revision.Text is { } named ? WithoutIdleRevision(place, $"{folder}@{named}") : folder;
    }

    /// <summary>A folder has no revisions; of a repository they are part of the name.</summary>
    private static string WithoutIdleRevision(MergeKitPlace place, string text)
    {
        var at = text.LastIndexOf('@');
        if (at <= 0 || Directory.Exists(text) || !Directory.Exists(text[..at]))
            return text;
        place.Findings.Add(MergeKitDiagnostics.RevisionOfFolder(place.Where, place.File, text[..at], text[(at + 1)..]));
        return text[..at];
    }
}
