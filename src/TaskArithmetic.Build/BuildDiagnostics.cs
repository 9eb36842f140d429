using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace TaskArithmetic.Build;

/// <summary>The coded findings of the tasks themselves, at the item they are about; TA0001 and TA0015 are in the targets.</summary>
internal static class BuildDiagnostics
{
    public static void ToolMissing(TaskLoggingHelper log, string project, string path) => Error(
        log, "TA0002", project, $"the TaskArithmetic tool was not found at '{path}'. Restore the package again, or set TaskArithmeticToolPath (TASKARITHMETIC_TOOL) to a TaskArithmetic.Tool.dll that exists.");

    public static void HostMissing(TaskLoggingHelper log, string project, string path) => Error(
        log, "TA0003", project, $"the .NET host that runs the tool was not found at '{path}'. Install the .NET 10 runtime, or set TaskArithmeticDotNetHostPath to its dotnet executable.");

    public static void WorkerDied(TaskLoggingHelper log, string project, int exitCode, string command) => Error(
        log, "TA0004", project, $"the worker ended with exit code {exitCode} without saying why; the system may have killed it for want of memory. Nothing half-written is visible; run it by hand to see more: {command}");

    public static void NoModel(TaskLoggingHelper log, ITaskItem vector) => Error(
        log, "TA0005", Vector(vector), $"ReasoningVector '{vector.ItemSpec}' has no model to go into. Set the property BaseModel, or declare a MergedModel item; for a vector file alone give it VectorFile metadata.");

    public static void NoBase(TaskLoggingHelper log, ITaskItem model) => Error(
        log, "TA0005", Model(model), $"MergedModel '{model.ItemSpec}' has no BaseModel. Give it BaseModel metadata, or set the property BaseModel for all models.");

    public static void NoVectors(TaskLoggingHelper log, ITaskItem model) => Error(
        log, "TA0006", Model(model), $"MergedModel '{model.ItemSpec}' has no vectors. Declare a ReasoningVector whose Model metadata is empty or names it, or remove the model.");

    public static void BaseWithoutVectors(TaskLoggingHelper log, string project) => Error(
        log, "TA0006", ItemPlace.OfProperty(project, "BaseModel"), "BaseModel is set, but the project has no ReasoningVector, so there is no model to make. Declare one (a pattern must match a file), or remove BaseModel.");

    public static void BenchmarkWithoutModel(TaskLoggingHelper log, ITaskItem benchmark) => Error(
        log, "TA0006", Benchmark(benchmark), $"Benchmark '{benchmark.ItemSpec}' has no model to score, so its gate would never be judged. Set BaseModel and declare a ReasoningVector, or remove the Benchmark.");

    public static void UnknownModel(TaskLoggingHelper log, string itemType, ITaskItem item, string name, IReadOnlyCollection<string> known) => Error(
        log, "TA0007", ItemPlace.Of(itemType, item), $"{itemType} '{item.ItemSpec}' names the model '{name}', but the project declares {(known.Count == 0 ? "no model" : string.Join(", ", known.Select(d => $"'{d}'")))}.{NearestName.Hint(name, known)} Correct its Model metadata, or declare the MergedModel.");

    public static void BadModelName(TaskLoggingHelper log, ITaskItem model) => Error(
        log, "TA0008", Model(model), $"MergedModel '{model.ItemSpec}' is no name for a folder. Use letters, digits, '.', '-' and '_', starting with a letter or digit.");

    public static void SameName(TaskLoggingHelper log, ITaskItem second, string first) => Error(
        log, "TA0008", Model(second), $"The models '{second.ItemSpec}' and '{first}' have one name, since MSBuild and many file systems do not tell capitals from small letters. Rename one.");

    public static void SameOutput(TaskLoggingHelper log, string itemType, ITaskItem second, string first, string folder) => Error(
        log, "TA0008", itemType == "MergedModel" ? Model(second) : ItemPlace.Of(itemType, second), $"'{second.ItemSpec}' and '{first}' would both be written to '{folder}'. Give each its own name or output.");

    public static void OutputInsideAnother(TaskLoggingHelper log, ITaskItem second, string first, string folder) => Error(
        log, "TA0008", Model(second), $"The folders of the models '{second.ItemSpec}' and '{first}' lie in one another ('{folder}'), so making one would remove the other. Give each a folder of its own in OutputDir.");

    public static void BadMetadata(TaskLoggingHelper log, string itemType, ITaskItem item, string name, string value, string expected) => Error(
        log, "TA0009", ItemPlace.Of(itemType, item), $"'{item.ItemSpec}' has {name}='{value}', which is not {expected}. Correct or remove that metadata.");

    public static void VectorFileWithoutMinus(TaskLoggingHelper log, ITaskItem vector) => Error(
        log, "TA0009", Vector(vector), $"ReasoningVector '{vector.ItemSpec}' has VectorFile but no Minus, so there is nothing to extract. Name the donor to subtract in Minus, or remove VectorFile.");

    public static void MisspeltMetadata(TaskLoggingHelper log, string itemType, ITaskItem item, string name, string nearest) => Error(
        log, "TA0012", ItemPlace.Of(itemType, item), $"{itemType} '{item.ItemSpec}' has the metadata '{name}', which nothing reads. Did you mean '{nearest}'?");

    public static void MetadataOfAnother(TaskLoggingHelper log, string itemType, ITaskItem item, string name, string other) => Error(
        log, "TA0012", ItemPlace.Of(itemType, item), $"{itemType} '{item.ItemSpec}' has the metadata '{name}', which belongs to {other} and means nothing here. Move it there, or remove it.");

    public static void UnknownMetadata(TaskLoggingHelper log, string itemType, ITaskItem item, string name, IEnumerable<string> known) => Warning(
        log, "TA0013", ItemPlace.Of(itemType, item), $"{itemType} '{item.ItemSpec}' has the metadata '{name}', which nothing reads. {itemType} takes {string.Join(", ", known)}.");

    public static void PatternWithoutMatches(TaskLoggingHelper log, string itemType, ItemPlace place, string pattern) => Error(
        log, "TA0014", place, $"{itemType} '{pattern}' matches no file, so what it stands for would be missing without a word. Correct the pattern, or put a Condition on it where nothing is meant to be found.");

    public static void ModelNotBuilt(TaskLoggingHelper log, string project, string folder) => Error(
        log, "TA0016", new ItemPlace(project), $"the model '{folder}' has not been built, and this command does not build (--no-build). Build the project first, or leave --no-build out.");

    public static void ForeignFilesKept(TaskLoggingHelper log, string project, string folder, IReadOnlyCollection<string> files) => Warning(
        log, "TA0017", new ItemPlace(project), $"'{folder}' stays, since it holds what the build did not make: {string.Join(", ", files.Select(file => $"'{Path.GetFileName(file)}'"))}. Move or delete it by hand.");

    public static void NotRemoved(TaskLoggingHelper log, string project, string path, string reason) => Error(
        log, "TA0018", new ItemPlace(project), $"'{path}' could not be removed: {reason} Close what uses it, or mend its permissions, and run again.");

    public static void RecordsUnusable(TaskLoggingHelper log, string project, string folder, string reason) => Error(
        log, "TA0019", project, $"the records of the build in '{folder}', or an input that they list, cannot be read or written: {reason} Mend the permissions, or name another folder in TaskArithmeticIntermediateDir.");

    public static void AlphaAndWeight(TaskLoggingHelper log, ITaskItem vector) => Error(
        log, "TA0115", Vector(vector), $"ReasoningVector '{vector.ItemSpec}' has both Alpha and Weight, which are two names of one parameter. Keep one.");

    public static void ParameterWithoutValue(TaskLoggingHelper log, ITaskItem parameter) => Error(
        log, "TA0116", ItemPlace.Of("MergeParameter", parameter), $"MergeParameter '{parameter.ItemSpec}' has no Value, so it would be passed over. Give it Value metadata, or remove it.");

    private static ItemPlace Vector(ITaskItem item) => ItemPlace.Of("ReasoningVector", item);

    private static ItemPlace Model(ITaskItem item) => ItemPlace.OfModel(item);

    private static ItemPlace Benchmark(ITaskItem item) => ItemPlace.Of("Benchmark", item);

    private static void Error(TaskLoggingHelper log, string code, string project, string message) => Error(log, code, new ItemPlace(project), message);

    private static void Error(TaskLoggingHelper log, string code, ItemPlace place, string message) =>
        log.LogError(null, code, null, null, place.File, place.Line, place.Column, 0, 0, message);

    private static void Warning(TaskLoggingHelper log, string code, ItemPlace place, string message) =>
        log.LogWarning(null, code, null, null, place.File, place.Line, place.Column, 0, 0, message);
}
