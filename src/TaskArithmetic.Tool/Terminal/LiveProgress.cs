using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Tool.Terminal;

/// <summary>The bar at the foot of a terminal while work goes on; it is gone when the work is over.</summary>
internal static class LiveProgress
{
    /// <summary>A bar that fits the terminal; until the amount of work is known it only moves.</summary>
    /// <param name="console">Where it lives.</param>
    /// <param name="amount">Writes how much is done and to do; null for percent alone.</param>
    public static Progress Create(IAnsiConsole console, Func<double, string>? amount)
    {
        var width = console.Profile.Width;
        var columns = new List<ProgressColumn> { new TaskDescriptionColumn { Alignment = Justify.Left } };
        if (width >= 60)
            columns.Add(new ProgressBarColumn { Width = Math.Clamp(width / 4, 10, 40) });
        columns.Add(new StateColumn(width >= 70 ? amount : null, width >= 50));
        return console.Progress().AutoClear(true).Columns([.. columns]);
    }

    /// <summary>A text as the markup of a description.</summary>
    public static string Describe(string text) => Printable.Of(text).EscapeMarkup();

    /// <summary>Percent, amount and time left; nothing while the amount is unknown, where the library's columns say <c>0/100</c>.</summary>
    private sealed class StateColumn(Func<double, string>? amount, bool remaining) : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            if (task.IsIndeterminate)
                return new Spectre.Console.Text(Time(task.ElapsedTime));
            var text = string.Create(CultureInfo.InvariantCulture, $"{task.Percentage,3:0} %");
            if (amount is not null)
                text += $" of {amount(task.MaxValue)}";
            if (amount is not null && task.Speed is > 0 and var speed)
                text += $", {amount(speed)}/s";
            if (remaining && task.RemainingTime is { } left)
                text += $", {Time(left)} left";
            return new Spectre.Console.Text(text);
        }

        private static string Time(TimeSpan? time) => time is { } t
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)t.TotalMinutes}:{t.Seconds:00}")
            : "";
    }
}
