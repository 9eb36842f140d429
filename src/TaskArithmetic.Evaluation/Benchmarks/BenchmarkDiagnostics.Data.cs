using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Evaluation.Benchmarks;

/// <summary>The part that words problems of data.</summary>
internal static partial class BenchmarkDiagnostics
{
    public static Diagnostic UnknownDataset(string source, string dataset, IEnumerable<string> known) => Diagnostic.Error("TA4020",
        $"{source}: the data set '{dataset}' is not known. Use one of {string.Join(", ", known)}; other data is read from files with dataset_path json and dataset_kwargs.data_files.");

    public static Diagnostic DataFileMissing(string path, string? nearest) => Diagnostic.Error("TA4021",
        $"The data file '{path}' does not exist. {(nearest is null ? "" : $"Did you mean '{nearest}'? ")}Paths in data_files are relative to the working folder, then to the task file.").At(file: path);

    public static Diagnostic DataFolderMissing(string folder, string? nearest) => Diagnostic.Error("TA4053",
        $"The data folder '{folder}' does not exist. {(nearest is null ? "Check --data." : $"Did you mean '{nearest}'?")}").At(file: folder);

    public static Diagnostic DataFolderLacks(string folder, string file, string? nearest) => Diagnostic.Error("TA4054",
        $"The data folder '{folder}' has no '{file}', which a benchmark needs. {(nearest is null ? "Add it, or leave out --data so that public files come from the cache or their origin." : $"Did you mean '{nearest}'? Rename it to '{file}'.")}").At(file: folder);

    public static Diagnostic DataTooLarge(string place, string what) => Diagnostic.Error("TA4057",
        $"{place}: the data are larger than is read: {what}. Divide the file.").At(file: place);

    public static Diagnostic DataMalformed(string place, string reason) => Diagnostic.Error("TA4022",
        $"{place}: the data cannot be used: {reason.TrimEnd('.')}. Correct the file.").At(file: place);

    public static Diagnostic SplitMissing(string source, string split, IEnumerable<string> known) => Diagnostic.Error("TA4023",
        $"{source}: the data has no split '{split}'. It has: {string.Join(", ", known)}.");

    public static Diagnostic NoDocuments(string source, string split) => Diagnostic.Error("TA4024",
        $"{source}: the split '{split}' has no documents. Check data_files.");

    public static Diagnostic DataDigest(string file, Uri origin, string expected, string found) => Diagnostic.Error("TA4025",
        $"'{file}' from {origin} has SHA-256 {found} instead of {expected}. Nothing was kept; try again, or give the file with --data.", DiagnosticKind.Environment).At(file: file);

    public static Diagnostic DataFetch(string file, Uri origin, string reason) => Diagnostic.Error("TA4026",
        $"'{file}' could not be fetched from {origin}: {reason.TrimEnd('.')}. Check the network, or give the file with --data.", DiagnosticKind.Environment).At(file: file);

    public static Diagnostic DataOffline(string file) => Diagnostic.Error("TA4027",
        $"'{file}' is neither in the data folder nor in the cache, and fetching is off. Allow it once, or give the file with --data.").At(file: file);

    public static Diagnostic DataNotFetchable(string file) => Diagnostic.Error("TA4028",
        $"'{file}' is not in the data folder. Its licence (CC BY-NC 3.0) does not let this tool supply it: obtain SciQ yourself, put it as '{file}' (JSON Lines) into a folder, and name that folder with --data.").At(file: file);
}
