/** The words of a fingerprint, one for each value of a byte: common English nouns that are told apart on a bad telephone line. */

export const words: readonly string[] = `
  acorn album alley amber anchor angle ankle apple apron arrow aspen atlas attic autumn badge bagel
  baker balloon bamboo banjo barley basil basket beach beacon birch bishop blanket blossom bonfire bottle bracket
  brass bread brick bridge broom bucket buffalo bugle butter button cabin cactus camel candle canoe canyon
  carbon cargo carpet carrot castle cedar cello chalk cherry chess chimney cinema circle citrus clay cliff
  clover coast cobalt coffee comet compass copper coral cotton coyote cradle crane crater cricket crown crystal
  curtain cycle daisy dance delta desert diamond dinner dolphin donkey dragon eagle earth echo eight elbow
  elephant eleven ember engine envelope falcon family feather ferry fiddle field finch finger fjord flame flute
  forest fossil fountain frost galaxy garden garlic geyser ginger giraffe glacier glove gold granite grape guitar
  hammer harbor hazel hedge helmet heron honey horizon hotel husky igloo indigo island ivory jacket jaguar
  jewel jigsaw juniper kayak ketchup kettle kiosk kitten koala ladder lagoon lantern laurel lemon lentil lilac
  linen lizard lobster lotus magnet mango maple marble market meadow melon meteor mirror mitten muffin mustard
  napkin nectar needle nickel ninety north nutmeg oasis ocean olive onion opera orange orbit orchid otter
  oven oyster paddle palace panda paper parrot pebble pelican pencil pepper piano picnic pigeon pilot planet
  pocket pollen poppy potato prairie puzzle quail quartz queen rabbit radio ribbon river robin rocket saddle
  sailor salmon sandal saturn seven shadow silver sparrow spider spoon squirrel summer sunset tango tiger timber
  tulip tunnel turtle umbrella valley velvet violin volcano walnut whale willow window winter yellow zebra zipper
`
  .trim()
  .split(/\s+/);
