using System.CommandLine;
using System.Globalization;
using TaskArithmetic.Caching;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Tool.Commands;

/// <summary><c>cache</c>: what finished work is kept, and how much of it.</summary>
internal static class CacheCommand
{
    public static Command Create() => new("cache", "Lists, prunes and verifies the content cache.") { List(), Prune(), Verify() };

    private static Command List()
    {
        var directory = CommonOptions.CacheDirectory();
        var command = new Command("list", "Lists every entry, least recently used first.") { directory, CommonOptions.Json(), CommonOptions.Origin() };
        command.SetAction((parsed, _) => parsed.Terminal().RunAsync(() =>
        {
            var cache = new ContentCache(parsed.GetValue(directory)!);
            var entries = cache.List();
            parsed.Terminal().Result(
                new { cache.Root, entries = entries.Select(e => new { e.Entry.Key, e.Entry.Kind, e.Entry.Size, lastUsed = e.LastUsedUtc, e.Entry.Files }) },
                () =>
                {
                    foreach (var (entry, lastUsed) in entries)
                        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{entry.Key}  {entry.Kind}  {ByteSize.Format(entry.Size)}  last used {lastUsed:u}"));
                    Console.Out.WriteLine($"{entries.Count} entries, {ByteSize.Format(entries.Sum(e => e.Entry.Size))} in {cache.Root}");
                });
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Prune()
    {
        var directory = CommonOptions.CacheDirectory();
        var maxSize = new Option<string>("--max-size") { Description = "What may stay, such as 20GB; the least recently used goes first. 0 drops everything.", Required = true };
        var command = new Command("prune", "Drops entries until the rest fit, and leftovers of killed runs.") { directory, maxSize, CommonOptions.Json(), CommonOptions.Origin() };
        command.SetAction((parsed, _) => parsed.Terminal().RunAsync(() =>
        {
            var text = parsed.GetValue(maxSize)!;
            var (entries, bytes) = new ContentCache(parsed.GetValue(directory)!).Prune(text == "0" ? 0 : ByteSize.Parse(text));
            parsed.Terminal().Result(new { entries, bytes }, () => Console.Out.WriteLine($"dropped {entries} entries, freed {ByteSize.Format(bytes)}"));
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Verify()
    {
        var directory = CommonOptions.CacheDirectory();
        var command = new Command("verify", "Reads every byte of every entry and drops damaged ones.") { directory, CommonOptions.Json(), CommonOptions.Origin() };
        command.SetAction((parsed, _) => parsed.Terminal().RunAsync(() =>
        {
            var (intact, dropped) = new ContentCache(parsed.GetValue(directory)!).Verify();
            parsed.Terminal().Report(dropped);
            parsed.Terminal().Result(new { intact, dropped }, () => Console.Out.WriteLine($"{intact} entries are intact, {dropped.Count} were dropped"));
            return dropped.Count == 0 ? ExitCode.Done : ExitCode.GateFailed;
        }));
        return command;
    }
}
