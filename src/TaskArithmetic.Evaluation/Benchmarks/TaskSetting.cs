using YamlDotNet.RepresentationModel;

namespace TaskArithmetic.Evaluation.Benchmarks;

/// <summary>One top-level key of a task file, with the place where it stands.</summary>
internal sealed record TaskSetting(string Key, YamlNode Value, string File, long Line)
{
    public string Place => $"{File}({Line})";
}
