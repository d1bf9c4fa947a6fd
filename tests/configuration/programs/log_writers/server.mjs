// Prints in the ways that people have, and dies of what nobody caught.
console.log('listening on 8080')
console.error(new TypeError('of no type'))
console.log(JSON.stringify({ level: 40, time: 1764547200000, msg: 'slow', ms: 1204 }))
throw new RangeError('out of range')
