using System.Globalization;
using System.Text;
using System.Xml;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Measuring;

/// <summary>How numbers become colours.</summary>
/// <param name="Low">The number of the first colour.</param>
/// <param name="High">The number of the last colour.</param>
/// <param name="IsDiverging">Whether the middle between them is neutral and both ends are strong.</param>
internal readonly record struct HeatScale(double Low, double High, bool IsDiverging)
{
    /// <summary>From 0, or from the smallest number where that is below, to the largest.</summary>
    public static HeatScale Sequential(IEnumerable<double> values)
    {
        var (low, high) = (0.0, 0.0);
        foreach (var value in values)
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        return new(low, high, false);
    }

    /// <summary>To both sides of a number as far as the farthest one lies from it.</summary>
    public static HeatScale Around(double centre, IEnumerable<double> values)
    {
        var reach = values.Select(v => Math.Abs(v - centre)).DefaultIfEmpty(0).Max();
        return new(centre - reach, centre + reach, true);
    }

    /// <summary>Where a number lies on the scale, 0 to 1.</summary>
    public double Place(double value) => High > Low ? Math.Clamp((value - Low) / (High - Low), 0, 1) : IsDiverging ? 0.5 : 0;
}

/// <summary>
/// A table of numbers as coloured cells, written as SVG: no script, no font of its own, the same bytes for the same numbers, and readable on
/// a light and a dark page, since every cell brings its own ground and the text outside follows the reader's colour scheme.
/// </summary>
internal sealed record HeatMap
{
    private const int CellWidth = 62;
    private const int CellHeight = 22;
    private const int Margin = 16;
    private const int Head = 64;
    private const int LegendHeight = 56;
    private const int LegendSteps = 48;
    private const int LegendWidth = 288;
    private const double CharacterWidth = 7.2;

    /// <summary>Light to dark of one hue: order is seen without colour vision too.</summary>
    private static readonly (int R, int G, int B)[] Ramp = [(0xEA, 0xF2, 0xFB), (0xA9, 0xCB, 0xEF), (0x4F, 0x90, 0xD9), (0x1D, 0x5A, 0xA6), (0x0B, 0x2F, 0x63)];

    /// <summary>Orange over grey to blue: hues that colour-blind readers tell apart.</summary>
    private static readonly (int R, int G, int B)[] Split = [(0x9A, 0x46, 0x0B), (0xE2, 0x9A, 0x5C), (0xF0, 0xF0, 0xEE), (0x74, 0xA9, 0xE0), (0x16, 0x4E, 0x96)];

    /// <summary>What the numbers are.</summary>
    public required string Title { get; init; }

    /// <summary>What they are of.</summary>
    public required string Subtitle { get; init; }

    /// <summary>Names of the rows.</summary>
    public required IReadOnlyList<string> Rows { get; init; }

    /// <summary>Names of the columns.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>One number for each row and column; null where there is none.</summary>
    public required IReadOnlyList<IReadOnlyList<double?>> Values { get; init; }

    /// <summary>How they become colours.</summary>
    public required HeatScale Scale { get; init; }

    /// <summary>Writes a number into a cell.</summary>
    public required Func<double, string> Format { get; init; }

    private int LabelWidth => (int)Math.Ceiling(Rows.Append("").Max(r => Printable.Of(r).Length) * CharacterWidth) + 12;

    private int Width => Math.Max(
        (2 * Margin) + LabelWidth + (Columns.Count * CellWidth),
        (2 * Margin) + (int)Math.Ceiling(Math.Max(Title.Length * 1.2, Math.Max(Subtitle.Length, 48)) * CharacterWidth));

    private int Bottom => Margin + Head + (Rows.Count * CellHeight);

    private int Height => Bottom + LegendHeight + Margin;

    /// <summary>The SVG document, in UTF-8 with line feeds.</summary>
    public string ToSvg()
    {
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, new() { Indent = true, IndentChars = " ", NewLineChars = "\n", OmitXmlDeclaration = true }))
        {
            xml.WriteStartElement("svg", "http://www.w3.org/2000/svg");
            Attributes(xml, ("viewBox", $"0 0 {Width} {Height}"), ("width", Width), ("height", Height), ("role", "img"), ("aria-labelledby", "title desc"));
            Element(xml, "title", Title, ("id", "title"));
            Element(xml, "desc", Subtitle, ("id", "desc"));
            Element(xml, "style", Style);
            Element(xml, "rect", null, ("class", "page"), ("width", Width), ("height", Height));
            Element(xml, "text", Title, ("class", "text title"), ("x", Margin), ("y", Margin + 12));
            Element(xml, "text", Subtitle, ("class", "muted"), ("x", Margin), ("y", Margin + 30));
            WriteColumns(xml);
            for (var row = 0; row < Rows.Count; row++)
                WriteRow(xml, row);
            WriteLegend(xml);
            xml.WriteEndElement();
        }
        return text.Append('\n').ToString();
    }

    private const string Style =
        "text{font:12px ui-sans-serif,system-ui,sans-serif;font-variant-numeric:tabular-nums}.title{font-size:14px;font-weight:600}"
        + ".page{fill:#ffffff}.text{fill:#1f2328}.muted{fill:#59636e}.none{fill:none;stroke:#d1d9e0}.mid{text-anchor:middle}.end{text-anchor:end}"
        + "@media (prefers-color-scheme:dark){.page{fill:#0d1117}.text{fill:#e6edf3}.muted{fill:#9198a1}.none{stroke:#3d444d}}";

    private void WriteColumns(XmlWriter xml)
    {
        for (var column = 0; column < Columns.Count; column++)
            Element(xml, "text", Columns[column], ("class", "muted mid"), ("x", X(column) + (CellWidth / 2)), ("y", Margin + Head - 8));
    }

    private void WriteRow(XmlWriter xml, int row)
    {
        var y = Margin + Head + (row * CellHeight);
        Element(xml, "text", Rows[row], ("class", "muted end"), ("x", Margin + LabelWidth - 8), ("y", y + 15));
        for (var column = 0; column < Columns.Count; column++)
        {
            if (Values[row][column] is not { } value || !double.IsFinite(value))
            {
                Element(xml, "rect", null, ("class", "none"), ("x", X(column) + 1.5), ("y", y + 1.5), ("width", CellWidth - 3), ("height", CellHeight - 3));
                continue;
            }
            var colour = Colour(Scale.Place(value));
            xml.WriteStartElement("g");
            Element(xml, "title", $"{Rows[row]}, {Columns[column]}: {value.ToString("R", CultureInfo.InvariantCulture)}");
            Element(xml, "rect", null, ("fill", Hex(colour)), ("x", X(column) + 1), ("y", y + 1), ("width", CellWidth - 2), ("height", CellHeight - 2), ("rx", 2));
            Element(xml, "text", Format(value), ("class", "mid"), ("fill", Ink(colour)), ("x", X(column) + (CellWidth / 2)), ("y", y + 15));
            xml.WriteEndElement();
        }
    }

    private void WriteLegend(XmlWriter xml)
    {
        var y = Bottom + 18;
        for (var step = 0; step < LegendSteps; step++)
        {
            Element(
                xml, "rect", null, ("fill", Hex(Colour(step / (double)(LegendSteps - 1)))), ("x", Margin + (step * LegendWidth / LegendSteps)), ("y", y),
                ("width", LegendWidth / LegendSteps), ("height", 10));
        }
        Element(xml, "text", Format(Scale.Low), ("class", "muted"), ("x", Margin), ("y", y + 24));
        if (Scale.IsDiverging)
            Element(xml, "text", Format((Scale.Low + Scale.High) / 2), ("class", "muted mid"), ("x", Margin + (LegendWidth / 2)), ("y", y + 24));
        Element(xml, "text", Format(Scale.High), ("class", "muted end"), ("x", Margin + LegendWidth), ("y", y + 24));
    }

    private int X(int column) => Margin + LabelWidth + (column * CellWidth);

    private (int R, int G, int B) Colour(double place)
    {
        var colours = Scale.IsDiverging ? Split : Ramp;
        var at = place * (colours.Length - 1);
        var index = Math.Min((int)at, colours.Length - 2);
        var (a, b, share) = (colours[index], colours[index + 1], at - index);
        return (Mix(a.R, b.R), Mix(a.G, b.G), Mix(a.B, b.B));

        int Mix(int from, int to) => (int)Math.Round(from + ((to - from) * share), MidpointRounding.AwayFromZero);
    }

    /// <summary>Black or white, whichever stands out more from the ground (relative luminance of WCAG 2).</summary>
    private static string Ink((int R, int G, int B) ground)
    {
        var luminance = (0.2126 * Linear(ground.R)) + (0.7152 * Linear(ground.G)) + (0.0722 * Linear(ground.B));
        return luminance > 0.179 ? "#000000" : "#ffffff";

        static double Linear(int channel) => channel / 255.0 is var c && c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
    }

    private static string Hex((int R, int G, int B) colour) => $"#{colour.R:x2}{colour.G:x2}{colour.B:x2}";

    private static void Element(XmlWriter xml, string name, string? content, params (string Name, object Value)[] attributes)
    {
        xml.WriteStartElement(name);
        Attributes(xml, attributes);
        if (content is not null)
            xml.WriteString(Printable.Of(content));
        xml.WriteEndElement();
    }

    private static void Attributes(XmlWriter xml, params (string Name, object Value)[] attributes)
    {
        foreach (var (name, value) in attributes)
            xml.WriteAttributeString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
    }
}
