using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace TaskArithmetic.Build;

/// <summary>The coded errors that the tasks themselves find; TA0001 is in the targets, since no task loads on a host that old.</summary>
internal static class BuildDiagnostics
{
    public static void ToolMissing(TaskLoggingHelper log, string project, string path) => Error(
        log, "TA0002", project, $"the TaskArithmetic tool was not found at '{path}'. Restore the package again, or set TaskArithmeticToolPath (TASKARITHMETIC_TOOL) to a TaskArithmetic.Tool.dll that exists.");

    public static void HostMissing(TaskLoggingHelper log, string project, string path) => Error(
        log, "TA0003", project, $"the .NET host that runs the tool was not found at '{path}'. Install the .NET 10 runtime, or set TaskArithmeticDotNetHostPath to its dotnet executable.");

    public static void WorkerDied(TaskLoggingHelper log, string project, int exitCode, string command) => Error(
        log, "TA0004", project, $"the worker ended with exit code {exitCode} without saying why; the system may have killed it for want of memory. Nothing half-written is visible; run it by hand to see more: {command}");

    public static void NoModel(TaskLoggingHelper log, ITaskItem vector) => Error(
        log, "TA0005", DeclaredIn(vector), $"ReasoningVector '{vector.ItemSpec}' has no model to go into. Set the property BaseModel, or declare a MergedModel item; for a vector file alone give it VectorFile metadata.");

    public static void NoBase(TaskLoggingHelper log, ITaskItem model) => Error(
        log, "TA0005", DeclaredIn(model), $"MergedModel '{model.ItemSpec}' has no BaseModel. Give it BaseModel metadata, or set the property BaseModel for all models.");

    public static void NoVectors(TaskLoggingHelper log, ITaskItem model) => Error(
        log, "TA0006", DeclaredIn(model), $"MergedModel '{model.ItemSpec}' has no vectors. Declare a ReasoningVector whose Model metadata is empty or names it, or remove the model.");

    public static void UnknownModel(TaskLoggingHelper log, ITaskItem vector, string name, string known) => Error(
        log, "TA0007", DeclaredIn(vector), $"ReasoningVector '{vector.ItemSpec}' names the model '{name}', but the project declares {known}. Correct its Model metadata, or declare the MergedModel.");

    public static void BadModelName(TaskLoggingHelper log, ITaskItem model) => Error(
        log, "TA0008", DeclaredIn(model), $"MergedModel '{model.ItemSpec}' is no name for a folder. Use letters, digits, '.', '-' and '_', starting with a letter or digit.");

    public static void SameOutput(TaskLoggingHelper log, ITaskItem second, string first, string folder) => Error(
        log, "TA0008", DeclaredIn(second), $"'{second.ItemSpec}' and '{first}' would both be written to '{folder}'. Give each its own name or output.");

    public static void BadMetadata(TaskLoggingHelper log, ITaskItem item, string name, string value, string expected) => Error(
        log, "TA0009", DeclaredIn(item), $"'{item.ItemSpec}' has {name}='{value}', which is not {expected}. Correct or remove that metadata.");

    public static void VectorFileWithoutMinus(TaskLoggingHelper log, ITaskItem vector) => Error(
        log, "TA0009", DeclaredIn(vector), $"ReasoningVector '{vector.ItemSpec}' has VectorFile but no Minus, so there is nothing to extract. Name the donor to subtract in Minus, or remove VectorFile.");

    /// <summary>The file that wrote the item, which is the user's project or a file it imports.</summary>
    private static string DeclaredIn(ITaskItem item) => item.GetMetadata("DefiningProjectFullPath");

    private static void Error(TaskLoggingHelper log, string code, string file, string message) =>
        log.LogError(null, code, null, null, file, 0, 0, 0, 0, message);
}
